#include "storage/dirty_accounts.hpp"

#include <algorithm>

namespace florin {

namespace {

/// A sweep takes about so many commits, so about twice as many have their images kept.
constexpr std::size_t kCommitsPerSweep = 16;

bool holds(std::span<const Account> accounts, const WalletId& wallet) {
  const auto found =
      std::lower_bound(accounts.begin(), accounts.end(), wallet,
                       [](const Account& account, const WalletId& id) { return account.wallet < id; });
  return found != accounts.end() && found->wallet == wallet;
}

}  // namespace

DirtyAccounts::Slice DirtyAccounts::next_slice(std::span<const Account> changed) const {
  Slice slice;
  slice.commit = next_commit_;
  const std::size_t all = rows_.size() + changed.size();
  const std::size_t too_many = all - std::min(all, limits_.rows_max);
  const std::size_t count = std::max({limits_.slice_rows_min, all / kCommitsPerSweep, too_many});
  slice.keeps_images = all > count;
  auto row = slice.keeps_images ? rows_.lower_bound(sweep_at_) : rows_.begin();
  for (; row != rows_.end() && slice.rows.size() < count; ++row) {
    // A row that this commit changes stays dirty: its image is this commit's.
    if (!holds(changed, row->first)) {
      slice.rows.push_back(row->second);
    }
  }
  slice.ends_sweep = row == rows_.end();
  slice.next = slice.ends_sweep ? WalletId() : row->first;
  if (!slice.keeps_images) {
    std::vector<Account> rows;
    std::merge(slice.rows.begin(), slice.rows.end(), changed.begin(), changed.end(), std::back_inserter(rows),
               [](const Account& a, const Account& b) { return a.wallet < b.wallet; });
    slice.rows = std::move(rows);
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
    return;
  }
  for (const Account& row : slice.rows) {
    rows_.erase(row.wallet);
  }
  for (const Account& account : changed) {
    rows_[account.wallet] = account;
  }
}

void DirtyAccounts::recover(std::uint64_t commit, std::span<const Account> images) {
  for (const Account& account : images) {
    rows_[account.wallet] = account;
  }
  next_commit_ = commit + 1;
  sweep_began_ = next_commit_;
  sweep_at_ = WalletId();
}

void DirtyAccounts::clear() {
  rows_.clear();
  next_commit_ = 1;
  sweep_began_ = 1;
  sweep_at_ = WalletId();
}

}  // namespace florin
