// What may be debited, and the ends of the range of a balance.

#include "ledger/decide.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr std::int64_t kMax = kAmountMax.value();

WalletState wallet_with(std::int64_t balance, std::int64_t credit_limit = 0, std::int64_t held = 0) {
  WalletState wallet;
  wallet.status = WalletStatus::open;
  wallet.currency = currency("EUR");
  wallet.balance = MinorUnits(balance);
  wallet.credit_limit = MinorUnits(credit_limit);
  wallet.held = MinorUnits(held);
  return wallet;
}

TEST_CASE("The whole available balance can be debited and not one unit more") {
  CHECK(decide(withdraw("a", "w", 100), wallet_with(100)).after.balance == MinorUnits(0));
  CHECK(decide(withdraw("a", "w", 101), wallet_with(100)).reason == Code::insufficient_funds);
}

TEST_CASE("A credit limit is money that may be spent") {
  const Decision decision = decide(payment("a", "w", 150), wallet_with(100, 50));
  CHECK(decision.after.balance == MinorUnits(-50));
  CHECK_FALSE(decision.overdrawn);
  CHECK(decide(payment("a", "w", 151), wallet_with(100, 50)).reason == Code::insufficient_funds);
}

TEST_CASE("Held money is not available") {
  CHECK(decide(payment("a", "w", 60), wallet_with(100, 0, 40)).outcome == Outcome::success);
  CHECK(decide(payment("a", "w", 61), wallet_with(100, 0, 40)).reason == Code::insufficient_funds);
}

TEST_CASE("A limit that is lowered below what is owed stops debits and keeps the balance") {
  const Decision lowered = decide(set_limits("a", "w", 10), wallet_with(-50, 50));
  CHECK(lowered.outcome == Outcome::success);
  CHECK(lowered.after.balance == MinorUnits(-50));
  CHECK(decide(withdraw("b", "w", 1), lowered.after).reason == Code::insufficient_funds);
  CHECK(decide(deposit("c", "w", 1), lowered.after).outcome == Outcome::success);
}

TEST_CASE("A balance reaches the largest amount and does not pass it") {
  CHECK(decide(deposit("a", "w", 1), wallet_with(kMax - 1)).after.balance == kAmountMax);
  CHECK(decide(deposit("a", "w", 1), wallet_with(kMax)).reason == Code::balance_limit);
  CHECK(decide(deposit("a", "w", kMax), wallet_with(0)).after.balance == kAmountMax);
  CHECK(decide(deposit("a", "w", kMax), wallet_with(1)).reason == Code::balance_limit);
}

TEST_CASE("The largest credit limit can be spent to the last unit") {
  const Decision decision = decide(withdraw("a", "w", kMax), wallet_with(0, kMax));
  CHECK(decision.after.balance == MinorUnits(-kMax));
  CHECK(decide(withdraw("b", "w", 1), decision.after).reason == Code::insufficient_funds);
}

TEST_CASE("Advice that leaves the range below is unapplied") {
  CHECK(decide(advice(withdraw("a", "w", 1)), wallet_with(1 - kMax)).after.balance == MinorUnits(-kMax));
  const Decision beyond = decide(advice(withdraw("a", "w", 1)), wallet_with(-kMax));
  CHECK(beyond.reason == Code::balance_limit);
  CHECK(beyond.unapplied);
}

TEST_CASE("A credit keeps room for what may come back from transfers under way") {
  WalletState wallet = wallet_with(kMax - 100);
  wallet.outgoing_amount = MinorUnits(60);
  CHECK(decide(deposit("a", "w", 40), wallet).outcome == Outcome::success);
  CHECK(decide(deposit("a", "w", 41), wallet).reason == Code::balance_limit);
}

TEST_CASE("Money is added and subtracted only within the range") {
  CHECK(add(kAmountMax, MinorUnits(0)) == kAmountMax);
  CHECK_FALSE(add(kAmountMax, MinorUnits(1)).has_value());
  CHECK(subtract(MinorUnits(-kMax), MinorUnits(0)) == MinorUnits(-kMax));
  CHECK_FALSE(subtract(MinorUnits(-kMax), MinorUnits(1)).has_value());
  CHECK(subtract(kAmountMax, kAmountMax) == MinorUnits(0));
}

}  // namespace
}  // namespace florin::test
