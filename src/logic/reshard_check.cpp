#include "logic/reshard_check.hpp"

#include <fmt/format.h>

#include "logic/record_sources.hpp"
#include "routing/shard_of.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::size_t kWalletsPerPage = 1000;

JournalCursor cursor_of(const StoppedStores& stores, ShardIndex shard) {
  return {stored_records(stores.shard(shard)), stores.data().facts().lineage, shard};
}

/// Without what another number of shards changes: the places in the journal.
Entry without_places(Entry entry) {
  for (Side& side : entry.sides) {
    side.previous = SequenceNumber();
    side.after.stands_at = SequenceNumber();
  }
  return entry;
}

}  // namespace

void ReshardCheck::run(const Progress& progress) {
  for (std::uint16_t i = 0; i < fresh_.count(); ++i) {
    audit_fresh(ShardIndex(i));
  }
  compare_totals();
  std::uint64_t before = 0;
  for (std::uint16_t i = 0; i < old_.count(); ++i) {
    compare_wallets(ShardIndex(i));
    compare_entries(ShardIndex(i), progress);
    before += old_.shard(ShardIndex(i)).snapshot()->head().header.last_sequence.value();
  }
  std::uint64_t after = 0;
  for (std::uint16_t i = 0; i < fresh_.count(); ++i) {
    after += fresh_.shard(ShardIndex(i)).snapshot()->head().header.last_sequence.value();
  }
  if (before != after) {
    refuse_store(fmt::format("the old journals hold {} entries, the new ones {}", before, after));
  }
}

void ReshardCheck::audit_fresh(ShardIndex shard) {
  JournalAudit audit(shard, fresh_.count());
  JournalCursor cursor = cursor_of(fresh_, shard);
  while (cursor.next()) {
    audit.take(cursor.entries());
  }
  audit.finish();
  audit.compare_with(*fresh_.shard(shard).snapshot());
  wallets_ += audit.wallets();
}

void ReshardCheck::compare_totals() const {
  if (!(old_.totals() == fresh_.totals())) {
    refuse_store("the totals of the new shards are not those of the old ones");
  }
}

void ReshardCheck::compare_wallets(ShardIndex shard) {
  const auto snapshot = old_.shard(shard).snapshot();
  std::string last;
  for (bool more = true; more;) {
    const Page<WalletRow> page = snapshot->wallets(last, kWalletsPerPage);
    for (const WalletRow& row : page.rows) {
      const auto fresh = fresh_.shard(shard_of(row.wallet, fresh_.count())).snapshot()->wallet(row.wallet);
      WalletState wanted = row.state;
      wanted.stands_at = fresh ? fresh->stands_at : SequenceNumber();
      if (!fresh || !(*fresh == wanted)) {
        refuse_store(fmt::format("wallet {} of the old shard {} is not the same in the new ones",
                                 row.wallet.view(), shard.value()));
      }
      last = row.wallet.view();
    }
    more = page.more;
  }
}

void ReshardCheck::compare_entries(ShardIndex shard, const Progress& progress) {
  std::vector<std::unique_ptr<ShardSnapshot>> fresh;
  for (std::uint16_t i = 0; i < fresh_.count(); ++i) {
    fresh.push_back(fresh_.shard(ShardIndex(i)).snapshot());
  }
  JournalCursor cursor = cursor_of(old_, shard);
  while (cursor.next()) {
    for (const Entry& entry : cursor.entries()) {
      compare_entry(*fresh[shard_of(entry.side().wallet, fresh_.count()).value()], entry);
      ++entries_;
    }
    progress(entries_);
  }
}

void ReshardCheck::compare_entry(const ShardSnapshot& fresh, const Entry& before) const {
  const Command& command = before.command;
  const auto found = fresh.find_id(before.id_namespace, command.wallet, command.id);
  if (found) {
    const Entry after = fresh.entry(*found).entry;
    // An id that ended in an error may have been decided again: the index knows its last decision.
    if (after.attempt > before.attempt || without_places(after) == without_places(before)) {
      return;
    }
  }
  refuse_store(fmt::format("transaction {} of wallet {} is not the same in the new shards", command.id.view(),
                           command.wallet.view()));
}

}  // namespace florin
