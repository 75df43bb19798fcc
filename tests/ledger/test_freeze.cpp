#include "ledger/decide.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

WalletState frozen_wallet(FreezeScope scope) {
  WalletState wallet;
  wallet.status = WalletStatus::open;
  wallet.currency = currency("EUR");
  wallet.balance = MinorUnits(1000);
  wallet.freeze = scope;
  return wallet;
}

struct Row {
  FreezeScope scope;
  Code debit;
  Code credit;
};

TEST_CASE("A freeze stops the movements of its scope and no others") {
  const auto row = GENERATE(Row{FreezeScope::none, Code::none, Code::none},
                            Row{FreezeScope::debits, Code::debits_frozen, Code::none},
                            Row{FreezeScope::credits, Code::none, Code::credits_frozen},
                            Row{FreezeScope::all, Code::debits_frozen, Code::credits_frozen});
  INFO(name(row.scope));
  const WalletState wallet = frozen_wallet(row.scope);
  CHECK(decide(withdraw("a", "w", 1), wallet).reason == row.debit);
  CHECK(decide(payment("b", "w", 1), wallet).reason == row.debit);
  CHECK(decide(deposit("c", "w", 1), wallet).reason == row.credit);
}

TEST_CASE("Advice passes every freeze") {
  const WalletState wallet = frozen_wallet(FreezeScope::all);
  CHECK(decide(advice(withdraw("a", "w", 1)), wallet).after.balance == MinorUnits(999));
  CHECK(decide(advice(payment("b", "w", 1)), wallet).after.balance == MinorUnits(999));
  CHECK(decide(advice(deposit("c", "w", 1)), wallet).after.balance == MinorUnits(1001));
}

TEST_CASE("A frozen wallet can be frozen otherwise and thawed and given limits") {
  const WalletState wallet = frozen_wallet(FreezeScope::all);
  CHECK(decide(freeze("a", "w", FreezeScope::debits), wallet).after.freeze == FreezeScope::debits);
  CHECK(decide(unfreeze("b", "w"), wallet).after.freeze == FreezeScope::none);
  CHECK(decide(set_limits("c", "w", 5), wallet).after.credit_limit == MinorUnits(5));
}

TEST_CASE("An open wallet that is not frozen may be thawed again") {
  const Decision decision = decide(unfreeze("a", "w"), frozen_wallet(FreezeScope::none));
  CHECK(decision.outcome == Outcome::success);
  CHECK(decision.after == frozen_wallet(FreezeScope::none));
}

TEST_CASE("A frozen wallet without money can be closed") {
  WalletState wallet = frozen_wallet(FreezeScope::all);
  wallet.balance = MinorUnits(0);
  CHECK(decide(close_wallet("a", "w"), wallet).after.status == WalletStatus::closed);
}

TEST_CASE("The scope all is debits and credits together") {
  CHECK(stops_debits(FreezeScope::all));
  CHECK(stops_credits(FreezeScope::all));
  CHECK_FALSE(stops_debits(FreezeScope::credits));
  CHECK_FALSE(stops_credits(FreezeScope::debits));
}

}  // namespace
}  // namespace florin::test
