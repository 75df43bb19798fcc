#pragma once

/// Follows one shard's journal and says what in it does not add up, without deciding anything anew: each
/// wallet's versions and links follow each other and it lives on this shard, every currency adds up to zero
/// after each record, and the wallets hold what the totals say. The chain is the cursor's to check.
///
/// Keeps each wallet's state: memory grows with wallets, not with entries.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>

#include "ledger/postings.hpp"
#include "logic/journal_cursor.hpp"
#include "protocol/entry.hpp"
#include "storage/shard_store.hpp"

namespace florin {

class JournalAudit {
 public:
  /// `shards` is how many the journal's store has.
  JournalAudit(ShardIndex shard, std::uint16_t shards) : shard_(shard), shards_(shards) {}

  /// The next record's entries. A StoreFault (refused) names the entry that is wrong.
  void take(std::span<const Entry> entries);
  /// At the end of the journal.
  void finish() const;
  /// Holds a store's derived tables to what the journal says. Throws StoreFault (refused).
  void compare_with(const ShardSnapshot& store) const;

  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] std::uint64_t entries() const { return entries_; }
  [[nodiscard]] std::uint64_t wallets() const { return wallets_.size(); }

 private:
  void take_side(const Entry& entry, const Side& side);
  [[noreturn]] void refuse(const std::string& what) const;

  const ShardIndex shard_;
  const std::uint16_t shards_;
  absl::flat_hash_map<WalletId, WalletState> wallets_;
  Totals totals_;
  std::uint64_t entries_ = 0;
};

}  // namespace florin
