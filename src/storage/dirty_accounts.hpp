#pragma once

/// Which account rows are durable only as after-images, and which of them go to their table next.
///
/// A commit that touches a few accounts writes their rows at once. One that touches many spread over a large
/// table would rewrite a page for nearly each of them; it appends their after-images instead (one value), and
/// a sweep in key order writes rows back, a slice with each commit:
///
///     commit      S    S+1   S+2   S+3
///     slice      [a-f] [g-m] [n-s] [t-z]   the sweep ends: whatever was changed before S is in the table,
///                                          or was changed again since and has its image in S .. S+3
///     images kept                   ────>  from S on; those before S are deleted with this commit
///
/// After a kill the images that are kept are read again, in order: the state as of the last commit, exactly.
/// Plain memory; whoever uses it sees to threads.

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <span>
#include <vector>

#include "protocol/account.hpp"

namespace florin {

class DirtyAccounts {
 public:
  using Wallets = absl::btree_set<WalletId>;

  struct Limits {
    std::size_t rows_max = 65'536;  ///< more are written back at once, two commits late at most
    std::size_t slice_rows_min = 1024;
  };

  explicit DirtyAccounts(const Limits& limits) : limits_(limits) {}

  /// What a commit has to do besides its own lines and totals.
  struct Slice {
    std::uint64_t commit = 0;       ///< the number under which its images are kept
    bool keeps_images = false;      ///< of the accounts it changes; otherwise their rows are among `rows`
    std::vector<Account> rows;      ///< to write, in key order
    std::uint64_t images_from = 0;  ///< those of earlier commits are needed no more
    bool ends_sweep = false;
    WalletId next;  ///< where the next slice starts
  };
  /// For a commit that changes these accounts, each of them once.
  [[nodiscard]] Slice next_slice(std::span<const Account> changed) const;
  /// The commit is durable.
  void committed(const Slice& slice, std::span<const Account> changed);
  /// The images of a commit, read again when the store is opened.
  void recover(std::uint64_t commit, std::span<const Account> images);
  void clear();

  /// The row, where it is newer than that of the table.
  [[nodiscard]] const Account* find(const WalletId& wallet) const;
  /// All that find() finds, in key order.
  [[nodiscard]] const Wallets& wallets() const { return order_; }

 private:
  void put(const Account& account);

  const Limits limits_;
  absl::flat_hash_map<WalletId, Account> rows_;
  Wallets order_;
  std::uint64_t next_commit_ = 1;
  std::uint64_t sweep_began_ = 1;  ///< the commit with the first slice
  WalletId sweep_at_;              ///< the first row of the next slice
};

}  // namespace florin
