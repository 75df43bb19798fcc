// Every refusal, alone and against every other: where two conditions hold at once, the lower code is
// answered.

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "ledger/decide.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr std::int64_t kMax = kAmountMax.value();

/// A command and the wallet it is for.
struct Case {
  Command command;
  WalletState wallet;
};

Case accepted_case(Kind kind, Mode mode) {
  Case given;
  given.command = deposit("t", "w", 100);
  given.command.kind = kind;
  given.command.mode = mode;
  if (!moves_money(kind)) {
    given.command.amount = MinorUnits(0);
  }
  given.command.freeze = kind == Kind::freeze ? FreezeScope::all : FreezeScope::none;
  if (kind != Kind::open) {
    given.wallet.status = WalletStatus::open;
    given.wallet.currency = currency("EUR");
    given.wallet.balance = MinorUnits(kind == Kind::close ? 0 : 1000);
  }
  return given;
}

/// Something that stands in a command's way.
struct Condition {
  Code code;
  std::vector<Kind> kinds;    ///< that it can stop
  bool stops_advice;          ///< or only what is asked for
  std::string_view excludes;  ///< conditions of the same group cannot hold together
  std::function<void(Case&)> arrange;
};

const std::vector<Kind> kMovements{Kind::deposit, Kind::withdraw, Kind::payment};
const std::vector<Kind> kDebits{Kind::withdraw, Kind::payment};
const std::vector<Kind> kWithCurrency{Kind::deposit, Kind::withdraw, Kind::payment, Kind::set_limits};
const std::vector<Kind> kAllButOpen{Kind::deposit,  Kind::withdraw, Kind::payment,   Kind::freeze,
                                    Kind::unfreeze, Kind::close,    Kind::set_limits};

/// The balance from which a movement of this kind leaves the range.
void go_to_the_limit(Case& given) {
  const bool debit = info(given.command.kind).direction == Direction::debit;
  given.wallet.balance = MinorUnits(debit ? -kMax : kMax);
}

/// In the documented order.
const std::vector<Condition>& conditions() {
  static const std::vector<Condition> all{
      {Code::wallet_not_found, kAllButOpen, true, "status",
       [](Case& given) { given.wallet.status = WalletStatus::absent; }},
      {Code::wallet_exists,
       {Kind::open},
       true,
       "status",
       [](Case& given) { given.wallet.status = WalletStatus::open; }},
      {Code::wallet_closed, kAllButOpen, true, "status",
       [](Case& given) { given.wallet.status = WalletStatus::closed; }},
      {Code::debits_frozen, kDebits, false, "",
       [](Case& given) { given.wallet.freeze = FreezeScope::debits; }},
      {Code::credits_frozen,
       {Kind::deposit},
       false,
       "",
       [](Case& given) { given.wallet.freeze = FreezeScope::credits; }},
      {Code::currency_mismatch, kWithCurrency, true, "",
       [](Case& given) { given.command.currency = currency("USD"); }},
      {Code::insufficient_funds, kDebits, false, "",
       [](Case& given) { given.wallet.balance = MinorUnits(99); }},
      {Code::balance_limit, kMovements, true, "", go_to_the_limit},
      {Code::balance_not_zero,
       {Kind::close},
       true,
       "",
       [](Case& given) { given.wallet.balance = MinorUnits(-1); }},
      {Code::money_pending, {Kind::close}, true, "", [](Case& given) { given.wallet.open_holds = 1; }},
  };
  return all;
}

bool belongs(const Condition& condition, Kind kind) {
  return std::find(condition.kinds.begin(), condition.kinds.end(), kind) != condition.kinds.end();
}

/// What a condition answers on its own; none where advice passes it.
Code alone(const Condition& condition, const Case& given) {
  if (given.command.mode == Mode::advise) {
    return condition.stops_advice ? condition.code : Code::none;
  }
  // What is asked for must be covered, and no cover reaches below the range: funds run out first.
  const bool debit = info(given.command.kind).direction == Direction::debit;
  return condition.code == Code::balance_limit && debit ? Code::insufficient_funds : condition.code;
}

void expect(const Case& given, Code code) {
  INFO(name(given.command.kind) << " " << name(given.command.mode) << " should meet " << name(code));
  const Decision decision = decide(given.command, given.wallet);
  CHECK(decision.reason == code);
  const bool advised = given.command.mode == Mode::advise;
  CHECK(decision.outcome == (code == Code::none || advised ? Outcome::success : Outcome::rejected));
  CHECK(decision.unapplied == (code != Code::none && advised));
  if (code != Code::none) {
    CHECK(decision.after == given.wallet);
  }
}

/// Calls `visit` for each kind and mode with a command that nothing stands in the way of.
void for_each_case(const std::function<void(const Case&)>& visit) {
  for (const KindInfo& row : kinds()) {
    visit(accepted_case(row.kind, Mode::authorise));
    if (moves_money(row.kind)) {
      visit(accepted_case(row.kind, Mode::advise));
    }
  }
}

Code lower(Code a, Code b) {
  if (a == Code::none || b == Code::none) {
    return a == Code::none ? b : a;
  }
  return std::min(a, b);
}

TEST_CASE("A command that nothing stands in the way of succeeds") {
  for_each_case([](const Case& given) { expect(given, Code::none); });
}

TEST_CASE("Each condition alone gives its own code") {
  for_each_case([](const Case& accepted) {
    for (const Condition& condition : conditions()) {
      if (belongs(condition, accepted.command.kind)) {
        Case given = accepted;
        condition.arrange(given);
        expect(given, alone(condition, given));
      }
    }
  });
}

TEST_CASE("Of two conditions that hold at once the lower code is answered") {
  int pairs = 0;
  for_each_case([&](const Case& accepted) {
    for (const Condition& one : conditions()) {
      for (const Condition& other : conditions()) {
        const bool exclusive = !one.excludes.empty() && one.excludes == other.excludes;
        if (one.code >= other.code || exclusive || !belongs(one, accepted.command.kind) ||
            !belongs(other, accepted.command.kind)) {
          continue;
        }
        Case given = accepted;
        one.arrange(given);
        other.arrange(given);
        expect(given, lower(alone(one, given), alone(other, given)));
        ++pairs;
      }
    }
  });
  CHECK(pairs >= 60);  // a table that lost its rows would pass for ever
}

TEST_CASE("The conditions stand in the order of their codes") {
  CHECK(std::is_sorted(conditions().begin(), conditions().end(),
                       [](const Condition& a, const Condition& b) { return a.code < b.code; }));
}

TEST_CASE("Every business refusal of the table but the conflict is walked through") {
  for (const CodeInfo& row : codes()) {
    if (row.number > 201 && row.number < 300) {
      INFO(row.name);
      CHECK(std::any_of(conditions().begin(), conditions().end(),
                        [&](const Condition& condition) { return condition.code == row.code; }));
    }
  }
}

}  // namespace
}  // namespace florin::test
