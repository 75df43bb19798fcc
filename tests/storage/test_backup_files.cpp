#include <functional>
#include <string>

#include "protocol/batch_record.hpp"
#include "storage/backup_files.hpp"
#include "storage/fault.hpp"
#include "storage/partial_directory.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

std::string refusal_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const StoreFault& fault) {
    return fault.what();
  }
  return "not refused";
}

bool says(const std::string& text, const std::string& what) {
  INFO(text);
  return text.find(what) != std::string::npos;
}

TEST_CASE("A series of rows takes as many files as it needs and is read in order") {
  const TempDir directory;
  BackupSeries series(directory.path(), "shard-000");
  constexpr std::size_t kRows = 70;
  for (std::size_t i = 0; i < kRows; ++i) {
    series.add(std::string(kRecordSizeMax, static_cast<char>('A' + i % 26)));
  }
  const auto files = series.finish();
  REQUIRE(files.size() == 3);
  CHECK(files[2].name == "shard-000.00003.rows");
  std::size_t seen = 0;
  for (const BackupFile& file : files) {
    for (const std::string& row : read_backup_file(directory.path(), file)) {
      CHECK(row.front() == static_cast<char>('A' + seen % 26));
      ++seen;
    }
  }
  CHECK(seen == kRows);
}

TEST_CASE("A series without a row has no file") {
  const TempDir directory;
  CHECK(BackupSeries(directory.path(), "refused").finish().empty());
}

TEST_CASE("A backup's file that is missing, cut or changed is refused by its name") {
  const TempDir directory;
  BackupSeries series(directory.path(), "shard-000");
  series.add("a row");
  BackupFile file = series.finish().front();
  const auto path = directory / file.name;
  const std::string whole = read_file(path);
  const auto told = [&] { return refusal_of([&] { (void)read_backup_file(directory.path(), file); }); };
  CHECK(told() == "not refused");

  std::string flipped = whole;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  write_file(path, flipped);
  CHECK(says(told(), path.string() + " is damaged: its checksum is not the manifest's"));
  write_file(path, whole.substr(1));
  CHECK(says(told(), "the manifest says"));
  std::filesystem::remove(path);
  CHECK(says(told(), path.string() + " is damaged: No such file"));
  write_file(path, whole);
  file.rows = 2;
  CHECK(says(told(), "it has 1 rows, the manifest says 2"));
}

TEST_CASE("A partial directory is in its place only once it is finished") {
  const TempDir directory;
  const auto target = directory / "made";
  {
    const PartialDirectory abandoned(target);
    write_file(abandoned.path() / "file", "x");
  }
  CHECK(std::filesystem::is_empty(directory.path()));
  PartialDirectory finished(target);
  write_file(finished.path() / "file", "x");
  CHECK_FALSE(std::filesystem::exists(target));
  finished.finish();
  CHECK(read_file(target / "file") == "x");
  CHECK_FALSE(std::filesystem::exists(finished.path()));
}

TEST_CASE("A partial directory takes an empty place and refuses any other") {
  const TempDir directory;
  const auto target = directory / "made";
  std::filesystem::create_directory(target);
  {
    PartialDirectory first(target);
    CHECK(says(refusal_of([&] { const PartialDirectory second(target); }), "made.partial is there"));
    write_file(first.path() / "file", "x");
    first.finish();
  }
  CHECK(says(refusal_of([&] { const PartialDirectory third(target); }), "made is not empty"));
  CHECK(PartialDirectory::is_free(directory / "nothing"));
  CHECK_FALSE(PartialDirectory::is_free(target));
  CHECK_FALSE(PartialDirectory::is_free(target / "file"));
}

TEST_CASE("A partial directory is beside a place that is named with a slash behind it") {
  const TempDir directory;
  PartialDirectory made(directory.path() / "made/");
  CHECK(made.path() == directory / "made.partial");
  made.finish();
  CHECK(std::filesystem::is_directory(directory / "made"));
}

}  // namespace
}  // namespace florin::test
