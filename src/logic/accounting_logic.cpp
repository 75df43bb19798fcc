#include "logic/accounting_logic.hpp"

#include <fmt/format.h>

#include <vector>

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

Account AccountingLogic::known_account(const WalletId& wallet) const {
  const auto pending = accounts_.find(wallet);
  Account known = pending != accounts_.end() ? pending->second : store_.account(wallet).value_or(Account{});
  known.wallet = wallet;
  return known;
}

Account& AccountingLogic::account(const WalletId& wallet) {
  return accounts_.try_emplace(wallet, known_account(wallet)).first->second;
}

void AccountingLogic::apply(const Entry& entry) {
  Account& account = this->account(entry.side().wallet);
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

/// Every entry must be its wallet's next, or the accounts are not those of this journal.
Result<void> AccountingLogic::check_versions(const std::vector<Entry>& entries) {
  std::map<WalletId, WalletVersion> versions;
  for (const Entry& entry : entries) {
    const WalletId& wallet = entry.side().wallet;
    const auto [version, inserted] = versions.try_emplace(wallet);
    if (inserted) {
      version->second = known_account(wallet).version;
    }
    if (entry.side().after.version != version->second.next()) {
      return problem(Code::diverged,
                     fmt::format("wallet {} stands at version {} here and goes to {} there", wallet.view(),
                                 version->second.value(), entry.side().after.version.value()));
    }
    version->second = entry.side().after.version;
  }
  return {};
}

Result<void> AccountingLogic::take(const BatchRecord& record) {
  const auto entries = record.entries();
  if (!entries) {
    return tl::make_unexpected(entries.error());
  }
  if (const auto fits = check_versions(*entries); !fits) {
    return fits;
  }
  for (const Entry& entry : *entries) {
    apply(entry);
  }
  positions_[record.header.shard] = position_of(record.header, record.hash);
  return {};
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
  forget_pending();
}

void AccountingLogic::forget_pending() {
  positions_.clear();
  accounts_.clear();
  daily_.clear();
}

std::vector<Position> AccountingLogic::restart() {
  forget_pending();
  store_.reopen();
  return store_.positions();
}

}  // namespace florin
