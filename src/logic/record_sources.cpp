#include "logic/record_sources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "protocol/reader.hpp"
#include "protocol/writer.hpp"
#include "storage/backup_files.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kPageBytes = std::uint64_t{4} << 20U;
constexpr std::size_t kStoredPageBytes = kRecordSizeMax;

}  // namespace

RecordSource asked_records(Asker ask, ShardIndex shard) {
  return [ask = std::move(ask), shard](BatchOrdinal after) {
    Writer question;
    question.array(4).nil().uint(after.value()).nil().uint(kPageBytes);
    const auto payload = ask({OwnerRole::shard, shard}, QueryKind::replay, question.view());
    if (!payload) {
      throw StoreFault(FaultKind::unknown_outcome, payload.error().detail);
    }
    Reader reader(*payload);
    reader.array_of(2, "page");
    std::vector<std::string> records(reader.array("records"));
    for (std::string& record : records) {
      record = reader.bin("record", kRecordSizeMax);
    }
    if (!reader.ok()) {
      throw StoreFault(FaultKind::unknown_outcome,
                       fmt::format("{}: its page of records cannot be read: {}",
                                   text(Owner{OwnerRole::shard, shard}), reader.problem().detail));
    }
    return records;
  };
}

RecordSource stored_records(ShardStore& store) {
  return [&store](BatchOrdinal after) { return store.snapshot()->records(after, kStoredPageBytes).rows; };
}

RecordSource up_to(RecordSource source, BatchOrdinal last) {
  return [source = std::move(source), last](BatchOrdinal after) {
    if (after >= last) {
      return std::vector<std::string>();
    }
    auto records = source(after);
    const std::uint64_t wanted = last.value() - after.value();
    records.resize(std::min<std::uint64_t>(records.size(), wanted));
    return records;
  };
}

RecordSource backup_records(std::filesystem::path backup, const std::vector<BackupFile>& files) {
  return [backup = std::move(backup), &files, at = std::size_t{0}](BatchOrdinal) mutable {
    return at < files.size() ? read_backup_file(backup, files[at++]) : std::vector<std::string>();
  };
}

}  // namespace florin
