#pragma once

/// Refolding a journal: the derived tables made again from recorded outcomes. Nothing is decided here.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "logic/journal_cursor.hpp"
#include "protocol/batch_record.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// Collects what records derive, until it is taken.
class Fold {
 public:
  /// The next record of the journal, its hash checked. Refuses (StoreFault) what cannot be decoded.
  void apply(const BatchRecord& record);

  /// What changed since the last call; totals are those so far.
  struct Changes {
    std::vector<WalletRow> wallets;
    std::vector<IdRow> ids;
    Totals totals;
  };
  [[nodiscard]] Changes take_changes();
  [[nodiscard]] std::size_t pending() const { return ids_.size(); }

 private:
  std::map<WalletId, WalletState> wallets_;
  std::vector<IdRow> ids_;
  Totals totals_;
};

/// Walks a journal from its start, checks every hash and link, and hands each record on. A break is a
/// StoreFault (refused) that names the record. Returns the number of entries.
std::uint64_t walk_journal(const RecordSource& source, const Id128& lineage, ShardIndex shard,
                           const std::function<void(const BatchRecord&, const std::string& bytes)>& take);

/// Empties the derived tables of a store and makes them again. Returns how many entries were folded.
std::uint64_t rebuild_derived(LmdbShardStore& store, const Id128& lineage, ShardIndex shard);

/// Copies a journal into an empty store, record by record, and derives the store's tables.
std::uint64_t replay_into(const RecordSource& source, LmdbShardStore& target, const Id128& lineage,
                          ShardIndex shard);

}  // namespace florin
