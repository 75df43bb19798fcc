#include "logic/accounting_logic.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace florin {

namespace {

/// Accounts that are kept between flushes. Beyond it all are forgotten and read again when they are needed.
constexpr std::size_t kAccountsKnownMax = 65'536;

}  // namespace

void apply_to_account(Account& account, const Entry& entry) {
  const Command& command = entry.command;
  account.version = entry.side().after.version;
  account.currency = entry.side().after.currency;
  if (!is_on_statement(entry) || entry.unapplied) {
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

AccountingLogic::AccountingLogic(AccountingStore& store, FlowObserver& observer)
    : store_(store), observer_(observer), last_line_(store.last_line()) {}

AccountingLogic::Known& AccountingLogic::known(const WalletId& wallet) {
  const auto found = accounts_.find(wallet);
  if (found != accounts_.end()) {
    return found->second;
  }
  Known known;
  known.account = store_.account(wallet).value_or(Account{});  // one not seen before stands at version 0
  known.account.wallet = wallet;
  known.checked = known.account.version;
  return accounts_.emplace(wallet, std::move(known)).first->second;
}

/// Every entry must be its wallet's next, or the accounts are not those of this journal.
Result<void> AccountingLogic::check_versions(const std::vector<Entry>& entries) {
  for (Known* before : checked_) {  // where the last record was refused half-way
    before->checked = before->account.version;
  }
  checked_.clear();
  for (const Entry& entry : entries) {
    Known& known = this->known(entry.side().wallet);
    checked_.push_back(&known);
    const WalletVersion before = known.checked;
    if (entry.side().after.version != before.next()) {
      return problem(Code::diverged, fmt::format("wallet {} stands at version {} here and goes to {} there",
                                                 entry.side().wallet.view(), before.value(),
                                                 entry.side().after.version.value()));
    }
    known.checked = before.next();
  }
  return {};
}

DailyTotal& AccountingLogic::day_of(const Entry& entry) {
  const DailyKey key{utc_day(entry.decided), entry.command.currency, entry.command.kind};
  const auto found = daily_.find(key);
  return found != daily_.end()
             ? found->second
             : daily_.emplace(key, store_.daily_total(key).value_or(DailyTotal{key})).first->second;
}

void AccountingLogic::apply(const Entry& entry, ShardIndex shard, Known& known) {
  if (!known.changed) {
    known.changed = true;
    changed_.push_back(&known);
  }
  apply_to_account(known.account, entry);
  if (is_on_statement(entry)) {
    last_line_ = last_line_.next();
    lines_.push_back(make_line(last_line_, shard, entry, known.account));
    known.account.last_line = last_line_;
    DailyTotal& day = day_of(entry);
    ++day.count;
    day.sum += entry.command.amount.value();
  }
  if (entry.outcome == Outcome::success) {
    observer_.accounted(entry, known.account);
  }
}

Result<void> AccountingLogic::take(const BatchRecord& record) {
  auto entries = record.entries(HashCheck::skip, std::move(entries_));
  if (!entries) {
    return tl::make_unexpected(entries.error());
  }
  entries_ = std::move(*entries);
  if (const auto fits = check_versions(entries_); !fits) {
    return fits;
  }
  for (const Entry& entry : entries_) {
    if (is_on_statement(entry)) {
      (void)day_of(entry);  // the store is asked before anything is applied: it may fail
    }
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    apply(entries_[i], record.header.shard, *checked_[i]);
  }
  positions_[record.header.shard] = position_of(record.header, record.hash);
  pending_entries_ += entries_.size();
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
  accounts.reserve(changed_.size());
  for (const Known* known : changed_) accounts.push_back(known->account);
  for (const auto& [key, total] : daily_) totals.push_back(total);
  store_.commit({positions, lines_, accounts, totals});
  forget_pending();
}

void AccountingLogic::forget_pending() {
  for (Known* known : changed_) {
    known->changed = false;
  }
  changed_.clear();
  for (Known* known : checked_) {
    known->checked = known->account.version;
  }
  checked_.clear();
  lines_.clear();
  daily_.clear();
  positions_.clear();
  pending_entries_ = 0;
  if (accounts_.size() > kAccountsKnownMax) {
    accounts_.clear();
  }
}

std::vector<Position> AccountingLogic::restart() {
  forget_pending();
  accounts_.clear();
  store_.reopen();
  last_line_ = store_.last_line();
  return store_.positions();
}

}  // namespace florin
