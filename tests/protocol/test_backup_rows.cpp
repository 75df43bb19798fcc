#include <string>

#include "protocol/backup_rows.hpp"
#include "protocol/batch_record.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("Rows of a backup's file are read as they were added") {
  BackupRowsBuilder builder;
  builder.add("one");
  builder.add("");
  builder.add(std::string(70'000, 'x'));
  CHECK(builder.count() == 3);
  const std::string file = builder.take();
  const auto rows = decode_backup_rows(file);
  REQUIRE(rows);
  REQUIRE(rows->size() == 3);
  CHECK((*rows)[0] == "one");
  CHECK((*rows)[1].empty());
  CHECK((*rows)[2].size() == 70'000);
  CHECK(builder.count() == 0);
}

TEST_CASE("A backup's file stays within its bound, whatever its rows are") {
  BackupRowsBuilder builder;
  while (!builder.is_full()) {
    builder.add(std::string(kRecordSizeMax, 'x'));
  }
  const std::string file = builder.take();
  CHECK(file.size() <= kBackupFileSizeMax);
  CHECK(file.size() > kBackupFileSizeMax - 2 * kRecordSizeMax);
}

TEST_CASE("A backup's file of another format is refused by both numbers") {
  const auto rows = decode_backup_rows("\x92\x02\x90");
  REQUIRE_FALSE(rows);
  CHECK(rows.error().code == Code::unsupported_version);
  CHECK(rows.error().detail == "the file has format 2, this version reads 1");
}

}  // namespace
}  // namespace florin::test
