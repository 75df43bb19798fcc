#include "protocol/backup_rows.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"
#include "protocol/batch_record.hpp"
#include "protocol/reader.hpp"

namespace florin {

namespace {

/// Heads of the outer arrays and of one more row.
constexpr std::size_t kHeadsSizeMax = 16;

}  // namespace

void BackupRowsBuilder::add(std::string_view row) {
  invariant(!is_full() && row.size() <= kRecordSizeMax, "a row is only added while it surely fits");
  rows_.bin(row);
  ++count_;
}

bool BackupRowsBuilder::is_full() const {
  return rows_.size() + kRecordSizeMax + kHeadsSizeMax > kBackupFileSizeMax;
}

std::string BackupRowsBuilder::take() {
  Writer file;
  file.array(2).uint(kBackupRowsFormat).array(count_).raw(rows_.view());
  rows_.clear();
  count_ = 0;
  return std::move(file).take();
}

Result<std::vector<std::string_view>> decode_backup_rows(std::string_view bytes) {
  Reader reader(bytes);
  reader.array_of(2, "backup file");
  const std::uint64_t format = reader.uint("format");
  if (reader.ok() && format != kBackupRowsFormat) {
    reader.fail(Code::unsupported_version,
                fmt::format("the file has format {}, this version reads {}", format, kBackupRowsFormat));
  }
  std::vector<std::string_view> rows;
  const std::uint32_t count = reader.array("rows");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    rows.push_back(reader.bin("row", kRecordSizeMax));
  }
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return rows;
}

}  // namespace florin
