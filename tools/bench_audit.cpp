#include "tools/bench_audit.hpp"

#include <fmt/format.h>

#include "storage/fault.hpp"

namespace florin {

namespace {

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
    const RecordSource records_behind = record_source(access, shard);
    Position at = start;
    for (auto page = records_behind(at.ordinal); !page.empty(); page = records_behind(at.ordinal)) {
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
