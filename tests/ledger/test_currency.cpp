#include <algorithm>

#include "ledger/currency.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("The table of currencies is sorted and has no code twice") {
  CHECK(std::adjacent_find(currencies().begin(), currencies().end(),
                           [](const CurrencyInfo& a, const CurrencyInfo& b) { return a.code >= b.code; }) ==
        currencies().end());
}

TEST_CASE("Every currency is three capitals with an exponent from 0 to 4") {
  for (const CurrencyInfo& row : currencies()) {
    INFO(row.code);
    CHECK(row.code.size() == 3);
    CHECK(std::all_of(row.code.begin(), row.code.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
    CHECK((row.exponent >= 0 && row.exponent <= 4));
    const auto parsed = Currency::parse(row.code);
    REQUIRE(parsed.has_value());
    CHECK(parsed->code() == row.code);
    CHECK(parsed->exponent() == row.exponent);
  }
}

TEST_CASE("The exponents that differ from two are those of ISO 4217") {
  const auto exponent = [](std::string_view code) { return Currency::parse(code).value().exponent(); };
  for (const auto* code : {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                           "VND", "VUV", "XAF", "XOF", "XPF"}) {
    CHECK(exponent(code) == 0);
  }
  for (const auto* code : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}) {
    CHECK(exponent(code) == 3);
  }
  CHECK(exponent("CLF") == 4);
  CHECK(exponent("UYW") == 4);
  const auto with_two = std::count_if(currencies().begin(), currencies().end(),
                                      [](const CurrencyInfo& row) { return row.exponent == 2; });
  CHECK(static_cast<std::size_t>(with_two) == currencies().size() - 17 - 7 - 2);
}

TEST_CASE("The table is that of amendment 180 and keeps what was withdrawn since it began") {
  for (const auto* code : {"XAD", "XCG", "ZWG"}) {  // new since early 2024
    CHECK(Currency::parse(code).has_value());
  }
  for (const auto* code : {"ANG", "BGN", "ZWL"}) {  // withdrawn since, and perhaps in a journal
    CHECK(Currency::parse(code).has_value());
  }
  for (const auto* code : {"CUC", "HRK", "SLL"}) {  // withdrawn before
    CHECK_FALSE(Currency::parse(code).has_value());
  }
  CHECK(currencies().size() == 168);
}

TEST_CASE("Only a code of the table is a currency") {
  for (const auto* code : {"", "E", "EU", "EURO", "eur", "XXX", "XAU", "ZZZ", "AAA", "EU ", "\xFF\xFF\xFF"}) {
    CHECK_FALSE(Currency::parse(code).has_value());
  }
  CHECK_FALSE(Currency::parse(std::string_view("\0\0\0", 3)).has_value());
}

TEST_CASE("No currency is a value of its own") {
  CHECK_FALSE(Currency().known());
  CHECK(Currency().code().empty());
  CHECK(Currency() != Currency::parse("EUR"));
}

}  // namespace
}  // namespace florin::test
