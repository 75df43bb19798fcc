#include "tests/simulation/model_ledger.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kMost = 9'007'199'254'740'991;

bool is_money(Kind kind) {
  return kind == Kind::deposit || kind == Kind::withdraw || kind == Kind::payment;
}

/// Why the command cannot be done; 0 where it can.
std::uint16_t refusal_of(const Command& command, const ModelWallet& wallet) {
  const bool advice = command.mode == Mode::advise;
  if (command.kind == Kind::open) {
    return wallet.opened ? 203 : 0;
  }
  if (!wallet.opened) {
    return 202;
  }
  if (wallet.closed) {
    return 204;
  }
  if (!advice && wallet.debits_stopped && direction_of(command.kind) < 0) {
    return 205;
  }
  if (!advice && wallet.credits_stopped && direction_of(command.kind) > 0) {
    return 206;
  }
  const bool has_currency = is_money(command.kind) || command.kind == Kind::set_limits;
  if (has_currency && command.currency.code() != wallet.currency) {
    return 207;
  }
  if (command.kind == Kind::close) {
    return wallet.balance == 0 ? 0 : 233;
  }
  if (is_money(command.kind)) {
    const std::int64_t after = wallet.balance + direction_of(command.kind) * command.amount.value();
    if (direction_of(command.kind) < 0 && !advice && after < -wallet.credit_limit) {
      return 231;
    }
    if (after > kMost || after < -kMost) {
      return 232;
    }
  }
  return 0;
}

/// The other side of the money; empty where none moves.
std::string external_of(const Command& command) {
  if (!is_money(command.kind) || !command.external.empty()) {
    return std::string(command.external.view());
  }
  return command.kind == Kind::payment ? "card:settlement" : "bank:settlement";
}

void carry_out(const Command& command, ModelWallet& wallet) {
  switch (command.kind) {
    case Kind::open:
      wallet.opened = true;
      wallet.currency = command.currency.code();
      wallet.credit_limit = command.credit_limit ? command.credit_limit->value() : 0;
      return;
    case Kind::deposit:
    case Kind::withdraw:
    case Kind::payment: wallet.balance += direction_of(command.kind) * command.amount.value(); return;
    case Kind::freeze:
      wallet.debits_stopped = command.freeze != FreezeScope::credits;
      wallet.credits_stopped = command.freeze != FreezeScope::debits;
      return;
    case Kind::unfreeze:
      wallet.debits_stopped = false;
      wallet.credits_stopped = false;
      return;
    case Kind::close: wallet.closed = true; return;
    case Kind::set_limits: wallet.credit_limit = command.credit_limit->value(); return;
  }
}

}  // namespace

int direction_of(Kind kind) {
  if (!is_money(kind)) {
    return 0;
  }
  return kind == Kind::deposit ? 1 : -1;
}

ModelDecision set_aside_by_the_book(const Command& command) {
  ModelDecision decision;
  decision.code = 505;
  decision.isolated = true;
  decision.external = external_of(command);
  return decision;
}

ModelDecision decide_by_the_book(const Command& command, ModelWallet& wallet) {
  ModelDecision decision;
  decision.external = external_of(command);
  decision.code = refusal_of(command, wallet);
  if (decision.code != 0) {
    decision.unapplied = command.mode == Mode::advise;
    decision.rejected = !decision.unapplied;
    return decision;
  }
  carry_out(command, wallet);
  decision.overdrawn = command.mode == Mode::advise && wallet.balance + wallet.credit_limit < 0;
  return decision;
}

std::uint32_t day_by_counting(TimeUs time) {
  constexpr std::int64_t kDayUs = 86'400'000'000;
  std::int64_t days = time.value() / kDayUs;  // the simulation's clocks stay behind 1970
  for (std::uint32_t year = 1970;; ++year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    for (std::uint32_t month = 1; month <= 12; ++month) {
      const bool is_short = month == 4 || month == 6 || month == 9 || month == 11;
      const std::int64_t length = month == 2 ? (leap ? 29 : 28) : (is_short ? 30 : 31);
      if (days < length) {
        return year * 10'000 + month * 100 + static_cast<std::uint32_t>(days) + 1;
      }
      days -= length;
    }
  }
}

}  // namespace florin::sim
