#include "storage/dirty_accounts.hpp"

#include <algorithm>

namespace florin {

namespace {

/// A sweep takes about so many commits, so about twice as many have their images kept.
constexpr std::size_t kCommitsPerSweep = 16;

/// Both in one, in key order; where both have a wallet, as it was changed.
std::vector<Account> merged(std::span<const Account> rows, std::span<const Account> changed) {
  std::vector<Account> all(changed.begin(), changed.end());
  all.insert(all.end(), rows.begin(), rows.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Account& a, const Account& b) { return a.wallet < b.wallet; });
  all.erase(std::unique(all.begin(), all.end(),
                        [](const Account& a, const Account& b) { return a.wallet == b.wallet; }),
            all.end());
  return all;
}

}  // namespace

const Account* DirtyAccounts::find(const WalletId& wallet) const {
  const auto found = rows_.find(wallet);
  return found == rows_.end() ? nullptr : &found->second;
}

DirtyAccounts::Slice DirtyAccounts::next_slice(std::span<const Account> changed) const {
  Slice slice;
  slice.commit = next_commit_;
  const std::size_t all = rows_.size() + changed.size();
  const std::size_t too_many = all - std::min(all, limits_.rows_max);
  const std::size_t count = std::max({limits_.slice_rows_min, all / kCommitsPerSweep, too_many});
  slice.keeps_images = all > count;
  auto wallet = slice.keeps_images ? order_.lower_bound(sweep_at_) : order_.begin();
  for (; wallet != order_.end() && slice.rows.size() < count; ++wallet) {
    // One that this commit changes, too, stays dirty: its row is written as it was, its image as it is.
    slice.rows.push_back(rows_.at(*wallet));
  }
  slice.ends_sweep = wallet == order_.end();
  slice.next = slice.ends_sweep ? WalletId() : *wallet;
  if (!slice.keeps_images) {
    slice.rows = merged(slice.rows, changed);
    slice.images_from = next_commit_ + 1;
  } else {
    slice.images_from = slice.ends_sweep ? sweep_began_ : 0;
  }
  return slice;
}

void DirtyAccounts::committed(const Slice& slice, std::span<const Account> changed) {
  next_commit_ = slice.commit + 1;
  sweep_at_ = slice.next;
  if (slice.ends_sweep) {
    sweep_began_ = next_commit_;
  }
  if (!slice.keeps_images) {
    rows_.clear();
    order_.clear();
    return;
  }
  for (const Account& row : slice.rows) {
    rows_.erase(row.wallet);
    order_.erase(row.wallet);
  }
  for (const Account& account : changed) {
    put(account);
  }
}

void DirtyAccounts::recover(std::uint64_t commit, std::span<const Account> images) {
  for (const Account& account : images) {
    put(account);
  }
  next_commit_ = commit + 1;
  sweep_began_ = next_commit_;
  sweep_at_ = WalletId();
}

void DirtyAccounts::put(const Account& account) {
  if (rows_.insert_or_assign(account.wallet, account).second) {
    order_.insert(account.wallet);
  }
}

void DirtyAccounts::clear() {
  rows_.clear();
  order_.clear();
  next_commit_ = 1;
  sweep_began_ = 1;
  sweep_at_ = WalletId();
}

}  // namespace florin
