#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"
#include "tools/command_line_money.hpp"

namespace florin::test {
namespace {

using Words = std::vector<std::string>;

Code refused(const Words& words, std::int64_t minor = 0) {
  const auto money = parse_money(words, minor);
  return money ? Code::none : money.error().code;
}

TEST_CASE("Money is given as one word or two") {
  for (const Words& words : {Words{"12.50", "EUR"}, Words{"12.50 EUR"}, Words{" 12.50  EUR "}}) {
    const auto money = parse_money(words, 0);
    REQUIRE(money.has_value());
    CHECK(money->amount == MinorUnits(1250));
    CHECK(money->currency.code() == "EUR");
  }
  CHECK(parse_money({"1300", "JPY"}, 0).value().amount == MinorUnits(1300));
  CHECK(parse_money({"1.300", "KWD"}, 0).value().amount == MinorUnits(1300));
}

TEST_CASE("A bare number is no money") {
  CHECK(refused({"12.50"}) == Code::invalid_amount);
  CHECK(refused({"EUR"}) == Code::invalid_amount);
  CHECK(refused({}) == Code::invalid_amount);
  CHECK(refused({"12.50", "EUR", "EUR"}) == Code::invalid_amount);
  CHECK(parse_money({"12.50"}, 0).error().detail ==
        "an amount is given with its currency: 12.50 EUR (or --minor 1250 EUR)");
}

TEST_CASE("Another number of decimals than the currency has is refused with an example") {
  for (const auto* amount : {"12", "12.5", "12.505", "12,50", "-12.50", "+12.50", "1e2", ".50", "12."}) {
    INFO(amount);
    CHECK(refused({amount, "EUR"}) == Code::invalid_amount);
  }
  CHECK(refused({"13.00", "JPY"}) == Code::invalid_amount);
  CHECK(parse_money({"12.5", "EUR"}, 0).error().detail ==
        "`12.5` is no amount of EUR: write it with 2 decimals, like 12.50 EUR");
}

TEST_CASE("A currency that does not exist is told") {
  CHECK(refused({"12.50", "eur"}) == Code::unknown_currency);
  CHECK(refused({"12.50", "XYZ"}) == Code::unknown_currency);
  CHECK(refused({"EUR", "12.50"}) == Code::unknown_currency);
}

TEST_CASE("Minor units are given with the currency alone") {
  CHECK(parse_money({"EUR"}, 1250).value().amount == MinorUnits(1250));
  CHECK(parse_money({"JPY"}, 1250).value().amount == MinorUnits(1250));
  CHECK(refused({"12.50", "EUR"}, 1250) == Code::invalid_amount);
  CHECK(refused({}, 1250) == Code::invalid_amount);
  CHECK(refused({"XYZ"}, 1250) == Code::unknown_currency);
}

TEST_CASE("Money beyond the largest amount is refused in both forms") {
  CHECK(parse_money({"90071992547409.91", "EUR"}, 0).value().amount == kAmountMax);
  CHECK(parse_money({"EUR"}, kAmountMax.value()).value().amount == kAmountMax);
  CHECK(refused({"90071992547409.92", "EUR"}) == Code::invalid_amount);
  CHECK(refused({"EUR"}, kAmountMax.value() + 1) == Code::invalid_amount);
}

}  // namespace
}  // namespace florin::test
