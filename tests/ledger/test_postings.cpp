#include <limits>

#include "ledger/postings.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {
namespace {

const ExternalAccount kBank("bank:settlement");

std::int64_t sum(const Postings& postings) {
  std::int64_t total = 0;
  for (const Posting& posting : postings.all()) {
    total += posting.delta_minor;
  }
  return total;
}

TEST_CASE("Every movement is double entry") {
  for (const Command& command : {deposit("a", "w", 5), withdraw("b", "w", 5), payment("c", "w", 5)}) {
    for (const bool unapplied : {false, true}) {
      const Postings postings = postings_of(command, kBank, unapplied);
      CHECK(postings.all().size() == 2);
      CHECK(sum(postings) == 0);
    }
  }
}

TEST_CASE("A credit raises the wallets and a debit lowers them") {
  CHECK(postings_of(deposit("a", "w", 5), kBank, false).all()[0].delta_minor == 5);
  CHECK(postings_of(withdraw("a", "w", 5), kBank, false).all()[0].delta_minor == -5);
}

TEST_CASE("A kind that moves no money posts nothing") {
  CHECK(postings_of(freeze("a", "w"), {}, false).all().empty());
}

TEST_CASE("Totals add up by account and are balanced by currency") {
  Totals totals;
  totals.apply(postings_of(deposit("a", "w", 5), kBank, false));
  totals.apply(postings_of(deposit("b", "w", 7), kBank, false));
  totals.apply(postings_of(deposit("c", "w", 9, "JPY"), kBank, false));
  CHECK(totals.all().at({currency("EUR"), AccountClass::wallets, {}}) == 12);
  CHECK(totals.all().at({currency("EUR"), AccountClass::external, kBank}) == -12);
  const auto imbalance = totals.imbalance();
  REQUIRE(imbalance.size() == 2);
  CHECK(imbalance.at(currency("EUR")) == 0);
  CHECK(imbalance.at(currency("JPY")) == 0);
}

TEST_CASE("A total that was tampered with shows as an imbalance") {
  Totals totals;
  totals.apply(postings_of(deposit("a", "w", 5), kBank, false));
  totals.set({currency("EUR"), AccountClass::wallets, {}}, 6);
  CHECK(totals.imbalance().at(currency("EUR")) == 1);
}

TEST_CASE("Totals hold more than 64 bits") {
  Totals totals;
  const AccountKey wallets{currency("EUR"), AccountClass::wallets, {}};
  totals.set(wallets, Int128{std::numeric_limits<std::int64_t>::max()});
  totals.apply(postings_of(deposit("a", "w", 1), kBank, false));
  CHECK(to_text(totals.all().at(wallets)) == "9223372036854775808");
}

}  // namespace
}  // namespace florin::test
