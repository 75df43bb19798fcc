#include "storage/wallet_sweep.hpp"

#include <algorithm>

namespace florin {

namespace {

BatchOrdinal before(BatchOrdinal ordinal) {
  return BatchOrdinal(ordinal.value() - 1);
}

}  // namespace

const WalletState* WalletSweep::find(const WalletId& wallet) const {
  const auto found = rows_.find(wallet);
  return found == rows_.end() ? nullptr : &found->second;
}

WalletSweep::Slice WalletSweep::next_slice(std::uint64_t entries) const {
  Slice slice;
  slice.next = sweep_at_;
  // At the pace of its largest: rows that are swept must not make it slower.
  slice.owed = owed_ + sweep_rows_max_ * entries;
  const std::size_t due = slice.owed / limits_.entries_per_sweep;
  // A short table is swept at once when its turn comes, and not row by row.
  if (due < std::min(limits_.slice_rows_min, std::max<std::size_t>(1, rows_.size()))) {
    return slice;
  }
  slice.owed -= due * limits_.entries_per_sweep;
  auto wallet = order_.lower_bound(sweep_at_);
  for (; wallet != order_.end() && slice.rows.size() < due; ++wallet) {
    slice.rows.push_back({*wallet, rows_.at(*wallet)});
  }
  slice.ends_sweep = wallet == order_.end();
  slice.next = slice.ends_sweep ? WalletId() : *wallet;
  if (slice.ends_sweep) {
    slice.wallets_at = before(sweep_began_);
  }
  return slice;
}

WalletSweep::Slice WalletSweep::last_slice(BatchOrdinal head) const {
  Slice slice;
  for (const WalletId& wallet : order_) {
    slice.rows.push_back({wallet, rows_.at(wallet)});
  }
  slice.ends_sweep = true;
  slice.wallets_at = head;
  return slice;
}

void WalletSweep::committed(const Slice& slice, BatchOrdinal ordinal, std::span<const WalletRow> changed) {
  for (const WalletRow& row : slice.rows) {
    rows_.erase(row.wallet);
    order_.erase(row.wallet);
  }
  for (const WalletRow& row : changed) {
    recover(row);
  }
  owed_ = slice.owed;
  sweep_at_ = slice.next;
  if (slice.ends_sweep) {
    sweep_began_ = ordinal.next();
    sweep_rows_max_ = rows_.size();
  }
}

void WalletSweep::recover(const WalletRow& row) {
  const auto [found, inserted] = rows_.insert_or_assign(row.wallet, row.state);
  if (inserted) {
    order_.insert(row.wallet);
    sweep_rows_max_ = std::max(sweep_rows_max_, rows_.size());
  }
}

void WalletSweep::clear() {
  rows_.clear();
  order_.clear();
  owed_ = 0;
  sweep_at_ = WalletId();
  sweep_rows_max_ = 0;
}

}  // namespace florin
