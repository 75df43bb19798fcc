#pragma once

/// Wallets that are newer than their rows on the disk, and which of the rows go there next.
///
/// The journal holds the after-image of every change, so a row may wait. It is written by a sweep in key
/// order, some rows with a commit now and then, about as fast as one pass over all for `entries_per_sweep`
/// entries:
///
///     record     B    B+1   B+2  ...   E
///     slice     [a-f]      [g-m]      [n-z]    the sweep ends
///
/// By then, whatever was changed before B is in the table, or was changed again by a record from B on. So
/// these records are enough to make the wallets again. Plain memory, for one thread.

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "protocol/query.hpp"

namespace florin {

class WalletSweep {
 public:
  struct Limits {
    std::size_t entries_per_sweep = 32'768;
    std::size_t slice_rows_min = 64;  ///< fewer wait until there are as many
  };

  explicit WalletSweep(const Limits& limits) : limits_(limits) {}

  /// As it stands after the last record; nothing where its row on the disk is as new.
  [[nodiscard]] const WalletState* find(const WalletId& wallet) const;
  /// All that find() finds, in key order.
  using Wallets = absl::btree_set<WalletId>;
  [[nodiscard]] const Wallets& wallets() const { return order_; }

  struct Slice {
    std::vector<WalletRow> rows;             ///< to write, in key order
    std::optional<BatchOrdinal> wallets_at;  ///< the table reaches so far now, where that has changed
    std::uint64_t owed = 0;
    bool ends_sweep = false;
    WalletId next;  ///< where the next slice starts
  };
  /// For a record with so many entries that is about to be committed. None of its own changes is in the
  /// slice.
  [[nodiscard]] Slice next_slice(std::uint64_t entries) const;
  /// All of it: the table is then as new as the last record, `head`.
  [[nodiscard]] Slice last_slice(BatchOrdinal head) const;
  /// The record is durable, and with it the slice.
  void committed(const Slice& slice, BatchOrdinal ordinal, std::span<const WalletRow> changed);

  /// A wallet as a record left it that the table may not have.
  void recover(const WalletRow& row);
  /// Empties it.
  void clear();
  /// All that records up to `head` made has been recovered.
  void recovered(BatchOrdinal head) { sweep_began_ = head.next(); }

 private:
  const Limits limits_;
  /// Found by hash, swept in order: most changes are of wallets that are here already.
  absl::flat_hash_map<WalletId, WalletState> rows_;
  Wallets order_;
  std::uint64_t owed_ = 0;          ///< rows times entries, that were put off
  BatchOrdinal sweep_began_;        ///< the record whose commit held the first slice
  WalletId sweep_at_;               ///< where the next slice starts
  std::size_t sweep_rows_max_ = 0;  ///< the most there were since it began
};

}  // namespace florin
