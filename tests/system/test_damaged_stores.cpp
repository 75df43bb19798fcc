// Stores that must not be used as they are: florin says why and leaves them alone.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

/// A stopped store with some history in one shard.
FlorinNode& stopped(FlorinNode& node) {
  node.start();
  {
    TestClient client(node.front());
    for (int i = 0; i < 20; ++i) {
      client.ask(deposit("known-id-" + std::to_string(i), "100", 1));
    }
  }
  node.wait_for_consumers();
  REQUIRE(node.stop() == 0);
  return node;
}

void check_refused(const FlorinNode& node, const Arguments& tool, const std::string& told) {
  const ProgramResult result = node.cli(tool);
  INFO(tool.front() << ": " << result.out << result.err);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find(told) != std::string::npos);
}

/// Flips one bit of every place of a file where `text` stands.
int damage(const std::filesystem::path& file, const std::string& text) {
  std::string content = read_file(file);
  int places = 0;
  for (std::size_t at = content.find(text); at != std::string::npos; at = content.find(text, at + 1)) {
    content[at + text.size() - 1] ^= 1;
    ++places;
  }
  write_file(file, content);
  return places;
}

TEST_CASE("Another number of shards is refused with both numbers") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  write_file(node.config_file(), "[store]\ndata_dir = \"data\"\nshards = 3\n");
  check_refused(node, {"run"}, "was made with 2 shards, the configuration says 3: set shards = 2");
}

TEST_CASE("A store of another format is refused by every tool") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  const auto facts = node.data_dir() / "florin.store";
  std::string text = read_file(facts);
  text.replace(text.find("format 1"), 8, "format 2");
  write_file(facts, text);
  for (const Arguments& tool : {Arguments{"run"}, Arguments{"wallets"}, Arguments{"verify"}}) {
    check_refused(node, tool, "has format `2`; this version of florin reads format 1");
  }
}

TEST_CASE("A truncated file is refused and not read past its end") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  for (const char* part : {"shard-000", "shard-001", "accounting", "dead-letters", "router"}) {
    INFO(part);
    const auto file = node.data_dir() / part / "data.mdb";
    const std::string whole = read_file(file);
    std::filesystem::resize_file(file, whole.size() - 8192);
    check_refused(node, {"run"}, "data.mdb is truncated");
    check_refused(node, {"verify"}, "is truncated");
    write_file(file, whole);
  }
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("A file that is no store is refused") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  write_file(node.data_dir() / "shard-000" / "data.mdb", std::string(16384, 'x'));
  check_refused(node, {"run"}, "is no LMDB file that can be read");
}

TEST_CASE("A shard of another store is refused") {
  FlorinNode one(FLORIN_BINARY);
  FlorinNode other(FLORIN_BINARY);
  stopped(one);
  stopped(other);
  std::filesystem::copy_file(other.data_dir() / "shard-001" / "data.mdb",
                             one.data_dir() / "shard-001" / "data.mdb",
                             std::filesystem::copy_options::overwrite_existing);
  check_refused(one, {"run"}, "belongs to another store, shard or version of florin");
}

TEST_CASE("Shards that were swapped are refused") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  std::filesystem::rename(node.data_dir() / "shard-000", node.data_dir() / "shard-x");
  std::filesystem::rename(node.data_dir() / "shard-001", node.data_dir() / "shard-000");
  std::filesystem::rename(node.data_dir() / "shard-x", node.data_dir() / "shard-001");
  check_refused(node, {"run"}, "belongs to another store, shard or version of florin");
}

TEST_CASE("A flipped bit in the journal is found and a damaged journal is not replayed") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  const int shard = node.cli_json({"transaction", "100", "known-id-7"})["shard"];
  const auto file = node.data_dir() / ("shard-00" + std::to_string(shard)) / "data.mdb";
  // Also hits what LMDB has left of older pages.
  REQUIRE(damage(file, "known-id-7") > 0);
  const ProgramResult verified = node.cli({"verify"});
  INFO(verified.out << verified.err);
  CHECK(verified.exit_code == 3);
  CHECK(verified.out.find("hash does not fit its bytes") != std::string::npos);
  const ProgramResult replayed = node.cli({"replay", "into", node.file("again").string()});
  CHECK(replayed.exit_code == 1);
  CHECK(replayed.err.find("the journal is broken behind record") != std::string::npos);
  const ProgramResult rebuilt = node.cli({"rebuild"});
  CHECK(rebuilt.exit_code == 1);
}

TEST_CASE("A damaged last record keeps the node from starting and is a finding of verify") {
  FlorinNode node(FLORIN_BINARY);
  stopped(node);
  const int shard = node.cli_json({"transaction", "100", "known-id-19"})["shard"];
  const auto file = node.data_dir() / ("shard-00" + std::to_string(shard)) / "data.mdb";
  REQUIRE(damage(file, "known-id-19") > 0);
  check_refused(node, {"run"}, "a journal record is damaged");
  const ProgramResult verified = node.cli({"verify"});
  INFO(verified.out << verified.err);
  CHECK(verified.exit_code == 3);
}

}  // namespace
}  // namespace florin::test
