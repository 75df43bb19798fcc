#include "tools/bench_audit.hpp"

#include <fmt/format.h>

#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kPageBytesMax = std::uint64_t{4} << 20U;

/// The next records behind `after`, in order; empty at the journal's end.
std::vector<std::string> read_replay_page(StoreAccess& access, ShardIndex shard, BatchOrdinal after) {
  Writer question;
  question.array(4).nil().uint(after.value()).nil().uint(kPageBytesMax);
  const auto payload = access.ask({OwnerRole::shard, shard}, QueryKind::replay, question.view());
  if (!payload) {
    throw StoreFault(FaultKind::unknown_outcome, payload.error().detail);
  }
  Reader reader(*payload);
  reader.array_of(2, "page");
  std::vector<std::string> records(reader.array("records"));
  for (std::string& record : records) {
    record = reader.bin("record", kRecordSizeMax);
  }
  return records;
}

[[noreturn]] void refuse_journal(ShardIndex shard, BatchOrdinal ordinal, const Problem& problem) {
  refuse_store(fmt::format("record {} of shard {}: {}", ordinal.value(), shard.value(), problem.detail));
}

/// Its hash is right, it stands where it says, and it follows the one before.
BatchRecord checked_record(const std::string& bytes, ShardIndex shard, const Position& before) {
  const BatchOrdinal ordinal = before.ordinal.next();
  const auto record = read_record(bytes);
  if (!record) {
    refuse_journal(shard, ordinal, record.error());
  }
  if (record->header.ordinal != ordinal || record->header.previous_hash != before.hash) {
    refuse_journal(shard, ordinal, {Code::malformed, "it does not follow the record before"});
  }
  return *record;
}

}  // namespace

AuditReport audit_journals(StoreAccess& access, const Positions& before, BenchBook& book,
                           const Workload& workload) {
  AuditReport report;
  for (const auto& [shard, start] : before) {
    Position at = start;
    for (auto page = read_replay_page(access, shard, at.ordinal); !page.empty();
         page = read_replay_page(access, shard, at.ordinal)) {
      for (const std::string& bytes : page) {
        const BatchRecord record = checked_record(bytes, shard, at);
        const auto entries = record.entries();
        if (!entries) {
          refuse_journal(shard, record.header.ordinal, entries.error());
        }
        for (const Entry& entry : *entries) {
          book.audit(entry, shard, workload, report);
        }
        at = position_of(record.header, record.hash);
      }
    }
  }
  book.finish_audit(workload, report);
  return report;
}

}  // namespace florin
