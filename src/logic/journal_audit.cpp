#include "logic/journal_audit.hpp"

#include <fmt/format.h>

#include "base/int128.hpp"
#include "routing/shard_of.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::size_t kWalletsPerPage = 1000;

}  // namespace

void JournalAudit::refuse(const std::string& what) const {
  refuse_store(fmt::format("shard {}: {}", shard_.value(), what));
}

void JournalAudit::take(std::span<const Entry> entries) {
  for (const Entry& entry : entries) {
    for (const Side& side : entry.sides) {
      take_side(entry, side);
    }
    totals_.apply(entry.postings());
    ++entries_;
  }
  for (const auto& [currency, sum] : totals_.imbalance()) {
    if (sum != 0) {
      refuse(fmt::format("{} does not add up to zero after entry {}: {}", currency.code(), entries_,
                         to_text(sum)));
    }
  }
}

void JournalAudit::take_side(const Entry& entry, const Side& side) {
  if (shard_of(side.wallet, shards_) != shard_) {
    refuse(fmt::format("entry {} is of wallet {}, which lives on shard {}", entry.sequence().value(),
                       side.wallet.view(), shard_of(side.wallet, shards_).value()));
  }
  WalletState& state = wallets_[side.wallet];
  if (side.after.version != state.version.next() || side.previous != state.stands_at) {
    refuse(fmt::format("entry {} does not follow entry {} of wallet {}", entry.sequence().value(),
                       state.stands_at.value(), side.wallet.view()));
  }
  state = side.after;
}

void JournalAudit::finish() const {
  std::map<Currency, Int128> held;
  for (const auto& [account, total] : totals_.all()) {
    if (account.account_class == AccountClass::wallets) {
      held[account.currency] -= total;
    }
  }
  for (const auto& [wallet, state] : wallets_) {
    if (state.balance.value() != 0) {
      held[state.currency] += state.balance.value();
    }
  }
  for (const auto& [currency, difference] : held) {
    if (difference != 0) {
      refuse(fmt::format("the wallets hold {} of {} more than the entries moved", to_text(difference),
                         currency.code()));
    }
  }
}

void JournalAudit::compare_with(const ShardSnapshot& store) const {
  if (!(store.totals() == totals_)) {
    refuse("the table of totals is not what the journal adds up to");
  }
  std::uint64_t seen = 0;
  std::string last;
  for (bool more = true; more;) {
    const Page<WalletRow> page = store.wallets(last, kWalletsPerPage);
    for (const WalletRow& row : page.rows) {
      const auto found = wallets_.find(row.wallet);
      if (found == wallets_.end() || !(found->second == row.state)) {
        refuse(fmt::format("wallet {} is not stored as the journal left it", row.wallet.view()));
      }
      last = row.wallet.view();
      ++seen;
    }
    more = page.more;
  }
  if (seen != wallets_.size()) {
    refuse(fmt::format("{} wallets are stored, the journal made {}", seen, wallets_.size()));
  }
}

}  // namespace florin
