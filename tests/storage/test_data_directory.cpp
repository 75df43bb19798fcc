#include <fstream>
#include <string>

#include "storage/data_directory.hpp"
#include "storage/fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

template <class Open>
std::string refusal_of(Open open) {
  try {
    (void)open();
    return "taken";
  } catch (const StoreFault& fault) {
    CHECK(fault.kind() == FaultKind::refused);
    return fault.what();
  }
}

void write_facts(const TempDir& directory, const std::string& text) {
  std::ofstream(directory / "florin.store") << text;
}

TEST_CASE("A data directory keeps the facts it was made with") {
  const TempDir directory;
  const auto made = DataDirectory::open_or_create(directory / "data", 4, test_lineage());
  CHECK(made.facts().shards == 4);
  const auto opened = DataDirectory::open(directory / "data");
  CHECK(opened.facts().shards == 4);
  CHECK(opened.facts().lineage == test_lineage());
  const auto again =
      DataDirectory::open_or_create(directory / "data", 4, fixed_from<Id128>("another-lineage-"));
  CHECK(again.facts().lineage == test_lineage());
}

TEST_CASE("Another number of shards is refused and both are named") {
  const TempDir directory;
  (void)DataDirectory::open_or_create(directory.path(), 4, test_lineage());
  const std::string why =
      refusal_of([&] { return DataDirectory::open_or_create(directory.path(), 8, test_lineage()); });
  CHECK(why.find("made with 4 shards, the configuration says 8") != std::string::npos);
}

TEST_CASE("A directory without a store is not opened") {
  const TempDir directory;
  CHECK(refusal_of([&] { return DataDirectory::open(directory.path()); }).find("no store") !=
        std::string::npos);
}

TEST_CASE("A data directory of an unknown format is refused") {
  const TempDir directory;
  write_facts(directory, "format 2\nshards 4\nlineage " + std::string(32, '0') + "\n");
  CHECK(refusal_of([&] { return DataDirectory::open(directory.path()); }).find("format `2`") !=
        std::string::npos);
}

TEST_CASE("Facts that are damaged are refused") {
  for (const std::string& text :
       {std::string("format 1\n"), std::string("format 1\nshards 0\nlineage ") + std::string(32, '0'),
        std::string("format 1\nshards 257\nlineage ") + std::string(32, '0'),
        std::string("format 1\nshards 4\nlineage 00"),
        std::string("format 1\nshards x\nlineage ") + std::string(32, '0')}) {
    const TempDir directory;
    write_facts(directory, text);
    INFO(text);
    CHECK(refusal_of([&] { return DataDirectory::open(directory.path()); }).find("damaged") !=
          std::string::npos);
  }
  const TempDir directory;
  write_facts(directory, "");
  CHECK(refusal_of([&] { return DataDirectory::open(directory.path()); }) != "taken");
}

TEST_CASE("Each shard has a directory of its own") {
  const TempDir directory;
  const auto made = DataDirectory::open_or_create(directory.path(), 256, test_lineage());
  CHECK(made.shard(ShardIndex(0)).filename() == "shard-000");
  CHECK(made.shard(ShardIndex(255)).filename() == "shard-255");
}

}  // namespace
}  // namespace florin::test
