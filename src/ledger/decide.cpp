#include "ledger/decide.hpp"

#include <optional>

#include "base/invariant.hpp"

namespace florin {

namespace {

/// Code::none where the wallet exists as the kind needs it.
Code check_wallet(const Command& command, const WalletState& wallet) {
  if (command.kind == Kind::open) {
    return wallet.status == WalletStatus::absent ? Code::none : Code::wallet_exists;
  }
  switch (wallet.status) {
    case WalletStatus::absent: return Code::wallet_not_found;
    case WalletStatus::closed: return Code::wallet_closed;
    case WalletStatus::open: return Code::none;
  }
  invariant(false, "a wallet status is one of its enumerators");
  return Code::none;
}

/// Freezes stop what is asked for, not what has already happened.
Code check_freeze(const Command& command, const WalletState& wallet) {
  if (command.mode == Mode::advise) {
    return Code::none;
  }
  const Direction direction = info(command.kind).direction;
  if (direction == Direction::debit && stops_debits(wallet.freeze)) {
    return Code::debits_frozen;
  }
  if (direction == Direction::credit && stops_credits(wallet.freeze)) {
    return Code::credits_frozen;
  }
  return Code::none;
}

Code check_currency(const Command& command, const WalletState& wallet) {
  const bool must_match = names_currency(command.kind) && command.kind != Kind::open;
  return must_match && command.currency != wallet.currency ? Code::currency_mismatch : Code::none;
}

/// The balance after the movement. A credit keeps room for what may come back from transfers under way.
std::optional<MinorUnits> moved_balance(const Command& command, const WalletState& wallet) {
  if (info(command.kind).direction == Direction::debit) {
    return subtract(wallet.balance, command.amount);
  }
  const auto balance = add(wallet.balance, command.amount);
  return balance && add(*balance, wallet.outgoing_amount) ? balance : std::nullopt;
}

Code check_balance(const Command& command, const WalletState& wallet) {
  if (command.kind == Kind::close) {
    if (wallet.balance.value() != 0) {
      return Code::balance_not_zero;
    }
    return wallet.open_holds != 0 || wallet.outgoing_transfers != 0 ? Code::money_pending : Code::none;
  }
  if (!moves_money(command.kind)) {
    return Code::none;
  }
  const bool must_be_covered =
      info(command.kind).direction == Direction::debit && command.mode == Mode::authorise;
  if (must_be_covered && available(wallet) < command.amount.value()) {
    return Code::insufficient_funds;
  }
  return moved_balance(command, wallet) ? Code::none : Code::balance_limit;
}

Code first_refusal(const Command& command, const WalletState& wallet) {
  for (const auto check : {check_wallet, check_freeze, check_currency, check_balance}) {
    if (const Code code = check(command, wallet); code != Code::none) {
      return code;
    }
  }
  return Code::none;
}

void apply(const Command& command, WalletState& wallet) {
  switch (command.kind) {
    case Kind::open:
      wallet.status = WalletStatus::open;
      wallet.currency = command.currency;
      wallet.credit_limit = command.credit_limit.value_or(MinorUnits(0));
      return;
    case Kind::deposit:
    case Kind::withdraw:
    case Kind::payment: wallet.balance = moved_balance(command, wallet).value(); return;
    case Kind::freeze: wallet.freeze = command.freeze; return;
    case Kind::unfreeze: wallet.freeze = FreezeScope::none; return;
    case Kind::close: wallet.status = WalletStatus::closed; return;
    case Kind::set_limits: wallet.credit_limit = command.credit_limit.value_or(wallet.credit_limit); return;
  }
  invariant(false, "a kind is one of its enumerators");
}

ExternalAccount other_side(const Command& command) {
  if (!moves_money(command.kind)) {
    return {};
  }
  return command.external.empty() ? ExternalAccount(info(command.kind).default_external) : command.external;
}

}  // namespace

Decision decide(const Command& command, const WalletState& before) {
  Decision decision;
  decision.external = other_side(command);
  decision.after = before;
  decision.reason = first_refusal(command, before);
  if (decision.reason != Code::none) {
    decision.unapplied = command.mode == Mode::advise;
    decision.outcome = decision.unapplied ? Outcome::success : Outcome::rejected;
    return decision;
  }
  // Past this line it succeeds.
  apply(command, decision.after);
  decision.overdrawn = command.mode == Mode::advise && available(decision.after) < 0;
  return decision;
}

Decision set_aside(const Command& command, const WalletState& before) {
  Decision decision;
  decision.outcome = Outcome::error;
  decision.reason = Code::isolated;
  decision.external = other_side(command);
  decision.after = before;
  return decision;
}

}  // namespace florin
