#include <fmt/format.h>

#include <limits>
#include <string>

#include "ledger/amount_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {
namespace {

struct Row {
  std::int64_t minor;
  const char* code;
  const char* text;
};

TEST_CASE("An amount reads with all the digits of its currency") {
  const auto row =
      GENERATE(Row{1250, "EUR", "12.50 EUR"}, Row{5, "EUR", "0.05 EUR"}, Row{0, "EUR", "0.00 EUR"},
               Row{-5, "EUR", "-0.05 EUR"}, Row{-1250, "EUR", "-12.50 EUR"}, Row{1300, "JPY", "1300 JPY"},
               Row{0, "JPY", "0 JPY"}, Row{-7, "JPY", "-7 JPY"}, Row{1, "KWD", "0.001 KWD"},
               Row{12345, "KWD", "12.345 KWD"}, Row{12345, "CLF", "1.2345 CLF"},
               Row{9007199254740991, "EUR", "90071992547409.91 EUR"});
  CHECK(amount_text(MinorUnits(row.minor), currency(row.code)) == row.text);
}

TEST_CASE("A total of more than 64 bits reads whole") {
  const Int128 total = Int128{std::numeric_limits<std::int64_t>::max()} * 100;
  CHECK(amount_text(total, currency("EUR")) == "9223372036854775807.00 EUR");
  CHECK(amount_text(-total, currency("EUR")) == "-9223372036854775807.00 EUR");
}

TEST_CASE("What an amount reads as is read back as the same amount") {
  for (const auto* code : {"EUR", "JPY", "KWD", "CLF"}) {
    for (const std::int64_t minor : {std::int64_t{0}, std::int64_t{1}, std::int64_t{9}, std::int64_t{10},
                                     std::int64_t{99999}, kAmountMax.value()}) {
      std::string text = amount_text(MinorUnits(minor), currency(code));
      text.resize(text.size() - 4);
      INFO(text);
      CHECK(parse_amount(text, currency(code)) == MinorUnits(minor));
    }
  }
}

TEST_CASE("An amount that is ambiguous or none is refused") {
  for (const auto* text : {"", ".", "12", "12.", "12.5", "12.500", ".50", "-1.00", "+1.00", " 1.00", "1.00 ",
                           "1,00", "1e2.00", "0x1.00", "1.2.34", "1_0.00", "1.0a", "a.00"}) {
    INFO(text);
    CHECK_FALSE(parse_amount(text, currency("EUR")).has_value());
  }
  for (const auto* text : {"", "12.", "12.0", ".", "-1", "1 "}) {
    INFO(text);
    CHECK_FALSE(parse_amount(text, currency("JPY")).has_value());
  }
}

TEST_CASE("An amount beyond the largest is refused at any length") {
  CHECK(parse_amount("90071992547409.91", currency("EUR")) == kAmountMax);
  CHECK_FALSE(parse_amount("90071992547409.92", currency("EUR")).has_value());
  CHECK_FALSE(parse_amount("99999999999999.99", currency("EUR")).has_value());
  CHECK_FALSE(parse_amount(fmt::format("{:9>103}", ".00"), currency("EUR")).has_value());
  CHECK(parse_amount(fmt::format("{:0>104}", "1.00"), currency("EUR")) == MinorUnits(100));
}

}  // namespace
}  // namespace florin::test
