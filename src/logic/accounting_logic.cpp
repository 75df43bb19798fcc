#include "logic/accounting_logic.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/invariant.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

bool moved_wallet(const Entry& entry) {
  return entry.outcome == Outcome::success && !entry.unapplied && moves_money(entry.command.kind);
}

}  // namespace

void apply_to_account(Account& account, const Entry& entry) {
  const Command& command = entry.command;
  account.version = entry.side().after.version;
  account.currency = entry.side().after.currency;
  if (!moved_wallet(entry)) {
    return;
  }
  ++account.completed;
  if (info(command.kind).direction == Direction::credit) {
    account.credited += command.amount.value();
    account.balance = MinorUnits(account.balance.value() + command.amount.value());
  } else {
    account.debited += command.amount.value();
    account.balance = MinorUnits(account.balance.value() - command.amount.value());
  }
}

Account& AccountingLogic::account(const WalletId& wallet) {
  const auto [found, inserted] = accounts_.try_emplace(wallet);
  if (inserted) {
    found->second = store_.account(wallet).value_or(Account{});
    found->second.wallet = wallet;
  }
  return found->second;
}

void AccountingLogic::apply(const Entry& entry) {
  Account& account = this->account(entry.side().wallet);
  invariant(entry.side().after.version == account.version.next(),
            "accounting sees every entry of a wallet once");
  apply_to_account(account, entry);
  if (entry.outcome != Outcome::success) {
    return;
  }
  observer_.accounted(entry, account);
  if (moves_money(entry.command.kind)) {
    const DailyKey key{utc_day(entry.decided), entry.command.currency, entry.command.kind};
    const auto [found, inserted] = daily_.try_emplace(key);
    if (inserted) {
      found->second = store_.daily_total(key).value_or(DailyTotal{key});
    }
    ++found->second.count;
    found->second.sum += entry.command.amount.value();
  }
}

void AccountingLogic::take(const BatchRecord& record) {
  const auto entries = record.entries();
  if (!entries) {  // its hash was right, so it was written by a version that knows more
    refuse_store(fmt::format("accounting cannot read record {} of shard {}: {}",
                             record.header.ordinal.value(), record.header.shard.value(),
                             entries.error().detail));
  }
  for (const Entry& entry : *entries) {
    apply(entry);
  }
  positions_[record.header.shard] = position_of(record.header, record.hash);
}

void AccountingLogic::flush(TimeUs /*now*/) {
  if (positions_.empty()) {
    return;
  }
  std::vector<Position> positions;
  std::vector<Account> accounts;
  std::vector<DailyTotal> totals;
  for (const auto& [shard, position] : positions_) positions.push_back(position);
  for (const auto& [wallet, account] : accounts_) accounts.push_back(account);
  for (const auto& [key, total] : daily_) totals.push_back(total);
  store_.commit(positions, accounts, totals);
  positions_.clear();
  accounts_.clear();
  daily_.clear();
}

}  // namespace florin
