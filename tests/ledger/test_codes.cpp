#include <algorithm>
#include <set>
#include <string>

#include "ledger/codes.hpp"
#include "ledger/kinds.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("Codes rise in the table and no number stands twice") {
  CHECK(std::adjacent_find(codes().begin(), codes().end(), [](const CodeInfo& a, const CodeInfo& b) {
          return a.number >= b.number;
        }) == codes().end());
}

TEST_CASE("Every code has a name of its own and a text") {
  std::set<std::string_view> names;
  for (const CodeInfo& row : codes()) {
    CHECK(names.insert(row.name).second);
    CHECK_FALSE(row.text.empty());
  }
}

TEST_CASE("Every code is found by its number and no other number is one") {
  std::set<std::uint64_t> numbers;
  for (const CodeInfo& row : codes()) {
    CHECK(code_from_number(row.number) == row.code);
    CHECK(info(row.code).name == row.name);
    numbers.insert(row.number);
  }
  for (std::uint64_t number = 0; number < 1000; ++number) {
    CHECK(code_from_number(number).has_value() == (numbers.count(number) == 1));
  }
  CHECK_FALSE(code_from_number(std::uint64_t{1} << 32U).has_value());
}

TEST_CASE("The hundreds say what sort of code it is") {
  for (const CodeInfo& row : codes()) {
    INFO(row.name);
    switch (row.number / 100) {
      case 0: CHECK(row.number == 0); break;
      case 1: CHECK((row.retry == Retry::never && row.http_status / 100 == 4)); break;
      case 2: CHECK((row.retry == Retry::never && row.http_status == 422)); break;
      case 3: CHECK(row.retry != Retry::never); break;
      case 4: CHECK(row.retry == Retry::never); break;
      case 5: CHECK(row.http_status >= 400); break;
      default: FAIL("a code of no known sort");
    }
  }
}

TEST_CASE("Kinds are found by number and by name") {
  std::uint64_t number = 0;
  for (const KindInfo& row : kinds()) {
    ++number;
    CHECK(static_cast<std::uint64_t>(row.kind) == number);
    CHECK(kind_from_number(number) == row.kind);
    CHECK(kind_from_name(row.name) == row.kind);
    CHECK(row.default_external.empty() == !moves_money(row.kind));
  }
  CHECK_FALSE(kind_from_number(0).has_value());
  CHECK_FALSE(kind_from_number(number + 1).has_value());
  CHECK_FALSE(kind_from_number(UINT64_MAX).has_value());
  CHECK_FALSE(kind_from_name("").has_value());
  CHECK_FALSE(kind_from_name("Deposit").has_value());
}

}  // namespace
}  // namespace florin::test
