#include "logic/fold.hpp"

#include <fmt/format.h>

#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::size_t kEntriesPerCommit = 20'000;
constexpr std::size_t kReadBytes = std::size_t{4} << 20U;

[[noreturn]] void refuse_record(ShardIndex shard, BatchOrdinal after, const Problem& problem) {
  refuse_store(
      fmt::format("shard {}: the journal is broken behind record {}: {}. Restore the shard from a backup",
                  shard.value(), after.value(), problem.detail));
}

}  // namespace

void Fold::apply(const BatchRecord& record) {
  const auto entries = record.entries();
  if (!entries) {
    refuse_record(record.header.shard, record.header.ordinal, entries.error());
  }
  for (const Entry& entry : *entries) {
    for (const Side& side : entry.sides) {
      wallets_[side.wallet] = side.after;
    }
    ids_.push_back({entry.id_namespace, entry.command.wallet, entry.command.id, entry.sequence()});
    totals_.apply(entry.postings());
  }
}

Fold::Changes Fold::take_changes() {
  Changes changes;
  for (const auto& [wallet, state] : wallets_) {
    changes.wallets.push_back({wallet, state});
  }
  changes.ids = std::move(ids_);
  changes.totals = totals_;
  wallets_.clear();
  ids_.clear();
  return changes;
}

std::uint64_t walk_journal(const RecordSource& source, const Id128& lineage, ShardIndex shard,
                           const std::function<void(const BatchRecord&, const std::string& bytes)>& take) {
  JournalCursor cursor(source, lineage, shard);
  while (cursor.next()) {
    take(cursor.record(), cursor.bytes());
  }
  return cursor.head().header.last_sequence.value();
}

std::uint64_t rebuild_derived(LmdbShardStore& store, const Id128& lineage, ShardIndex shard) {
  const RecordSource source = [&](BatchOrdinal after) {
    return store.snapshot()->records(after, kReadBytes).rows;
  };
  // Once through, before anything is given up: a journal that is broken leaves the tables as they are.
  walk_journal(source, lineage, shard, [](const BatchRecord& record, const std::string&) {
    if (const auto entries = record.entries(); !entries) {
      refuse_record(record.header.shard, record.header.ordinal, entries.error());
    }
  });
  store.clear_derived();
  Fold fold;
  SealedRecord last;
  const auto write = [&] {
    const Fold::Changes changes = fold.take_changes();
    store.write_derived({last, changes.wallets, changes.ids, changes.totals});
  };
  const std::uint64_t entries =
      walk_journal(source, lineage, shard, [&](const BatchRecord& record, const std::string&) {
        fold.apply(record);
        last = {record.header, record.hash, {}};
        if (fold.pending() >= kEntriesPerCommit) {
          write();
        }
      });
  if (last.header.ordinal.value() != 0) {
    write();
  }
  store.finish();
  return entries;
}

std::uint64_t replay_into(const RecordSource& source, LmdbShardStore& target, const Id128& lineage,
                          ShardIndex shard) {
  Fold fold;
  const std::uint64_t entries =
      walk_journal(source, lineage, shard, [&](const BatchRecord& record, const std::string& bytes) {
        fold.apply(record);
        const Fold::Changes changes = fold.take_changes();
        const SealedRecord sealed{record.header, record.hash, bytes};
        target.commit({sealed, changes.wallets, changes.ids, changes.totals});
      });
  target.finish();
  return entries;
}

}  // namespace florin
