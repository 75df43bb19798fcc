#include "logic/reshard.hpp"

#include <fmt/format.h>

#include "logic/backup.hpp"
#include "logic/journal_loader.hpp"
#include "logic/journal_merge.hpp"
#include "logic/record_sources.hpp"
#include "logic/reshard_check.hpp"
#include "logic/resharder.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_consumer_stores.hpp"

namespace florin {

namespace {

constexpr std::size_t kRefusedPerPage = 1000;

void refuse_transfers_under_way(const StoppedStores& old) {
  if (cut_of(old.totals()) != BackupCut::closed) {
    refuse_store(
        fmt::format("transfers of {} are under way: start florin, wait until they have settled, stop "
                    "it and try again",
                    old.data().path().string()));
  }
}

/// The stores that are written, opened for that.
class FreshJournals {
 public:
  explicit FreshJournals(const NewStores& target) : lineage_(target.data.facts().lineage) {
    for (std::uint16_t i = 0; i < target.data.facts().shards; ++i) {
      const auto directory = target.data.shard(ShardIndex(i));
      locks_.emplace_back(directory, "florin reshard");
      stores_.push_back(std::make_unique<LmdbShardStore>(directory, lineage_, ShardIndex(i), target.env,
                                                         OpenFor::rebuild, target.write_back));
      loaders_.emplace_back(*stores_.back());
    }
  }

  void add(ShardIndex shard, SealedRecord record) { loaders_[shard.value()].add(std::move(record)); }
  void finish() {
    for (std::uint16_t i = 0; i < loaders_.size(); ++i) {
      loaders_[i].finish(lineage_, ShardIndex(i));
    }
  }

 private:
  const Id128 lineage_;
  std::vector<DirectoryLock> locks_;
  std::vector<std::unique_ptr<LmdbShardStore>> stores_;
  std::vector<JournalLoader> loaders_;
};

std::uint64_t deal_out(const StoppedStores& old, const NewStores& target, const Progress& progress) {
  FreshJournals fresh(target);
  Resharder resharder(target.data.facts().lineage, target.data.facts().shards,
                      [&](ShardIndex shard, SealedRecord record) { fresh.add(shard, std::move(record)); });
  std::vector<JournalCursor> cursors;
  for (std::uint16_t i = 0; i < old.count(); ++i) {
    cursors.emplace_back(stored_records(old.shard(ShardIndex(i))), old.data().facts().lineage, ShardIndex(i));
  }
  JournalMerge merge(std::move(cursors));
  std::uint64_t entries = 0;
  while (const JournalCursor* cursor = merge.next()) {
    resharder.take(cursor->record().header, cursor->entries());
    entries += cursor->record().header.entry_count();
    progress(entries);
  }
  fresh.finish();
  return entries;
}

/// The router's lock of the old directory is held.
std::uint64_t copy_refused(const DataDirectory& from, const NewStores& target) {
  if (!std::filesystem::exists(from.router() / "data.mdb")) {
    return 0;
  }
  const LmdbRefusedLog old(from.router(), target.env);
  const DirectoryLock lock(target.data.router(), "florin reshard");
  LmdbRefusedLog fresh(target.data.router(), target.env);
  for (bool more = true; more;) {
    Page<RefusedRecord> page = old.after(fresh.last(), kRefusedPerPage);
    fresh.append(page.rows);
    more = page.more;
  }
  return fresh.last().value();
}

}  // namespace

StoppedStores::StoppedStores(const DataDirectory& data, const lmdb::EnvOptions& env,
                             const WriteBackLimits& write_back, const std::string& role)
    : data_(data) {
  std::vector<std::filesystem::path> directories{data.router(), data.accounting(), data.dead_letters()};
  for (std::uint16_t i = 0; i < data.facts().shards; ++i) {
    directories.push_back(data.shard(ShardIndex(i)));
  }
  for (const auto& directory : directories) {
    if (std::filesystem::exists(directory)) {
      locks_.emplace_back(directory, role);
    }
  }
  for (std::uint16_t i = 0; i < data.facts().shards; ++i) {
    const ShardIndex shard(i);
    if (!std::filesystem::exists(data.shard(shard))) {
      refuse_store(fmt::format("{} is missing: restore it from a backup", data.shard(shard).string()));
    }
    shards_.push_back(std::make_unique<LmdbShardStore>(data.shard(shard), data.facts().lineage, shard, env,
                                                       OpenFor::use, write_back));
  }
}

Totals StoppedStores::totals() const {
  Totals sum;
  for (const auto& shard : shards_) {
    const Totals totals = shard->snapshot()->totals();
    for (const auto& [account, total] : totals.all()) {
      sum.add(account, total);
    }
  }
  return sum;
}

RestoreReport reshard(const StoppedStores& old, const NewStores& target, const Progress& progress) {
  refuse_transfers_under_way(old);
  RestoreReport report;
  report.transactions = deal_out(old, target, progress);
  report.refused = copy_refused(old.data(), target);
  const StoppedStores fresh(target.data, target.env, target.write_back, "florin reshard");
  ReshardCheck check(old, fresh);
  check.run(progress);
  report.wallets = check.wallets();
  return report;
}

}  // namespace florin
