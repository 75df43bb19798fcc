#include "ledger/decide.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

WalletState wallet_with(std::int64_t balance) {
  WalletState wallet;
  wallet.status = WalletStatus::open;
  wallet.currency = currency("EUR");
  wallet.balance = MinorUnits(balance);
  return wallet;
}

TEST_CASE("Advice may overdraw and says so") {
  const Decision decision = decide(advice(payment("a", "w", 300)), wallet_with(100));
  CHECK(decision.outcome == Outcome::success);
  CHECK(decision.after.balance == MinorUnits(-200));
  CHECK(decision.overdrawn);
  CHECK_FALSE(decision.is_failure());
}

TEST_CASE("Advice within the available balance is not flagged") {
  CHECK_FALSE(decide(advice(payment("a", "w", 100)), wallet_with(100)).overdrawn);
}

TEST_CASE("Advice that credits a wallet which stays below zero is flagged too") {
  CHECK(decide(advice(deposit("a", "w", 1)), wallet_with(-100)).overdrawn);
}

TEST_CASE("Advice for a wallet that does not exist goes to suspense") {
  const Command command = advice(deposit("a", "w", 70));
  const Decision decision = decide(command, WalletState{});
  CHECK(decision.outcome == Outcome::success);
  CHECK(decision.reason == Code::wallet_not_found);
  CHECK(decision.unapplied);
  CHECK(decision.is_failure());
  CHECK(decision.posts());
  CHECK(decision.after == WalletState{});

  const Postings postings = postings_of(command, decision.external, decision.unapplied);
  REQUIRE(postings.all().size() == 2);
  CHECK(postings.all()[0].account.external.view() == kSuspenseAccount);
  CHECK(postings.all()[0].delta_minor == 70);
  CHECK(postings.all()[1].account.external.view() == "bank:settlement");
  CHECK(postings.all()[1].delta_minor == -70);
}

TEST_CASE("Advice in another currency than the wallet's goes to suspense in its own") {
  const Command command = advice(deposit("a", "w", 70, "USD"));
  const Decision decision = decide(command, wallet_with(0));
  CHECK(decision.unapplied);
  CHECK(postings_of(command, decision.external, true).all()[0].account.currency == currency("USD"));
}

}  // namespace
}  // namespace florin::test
