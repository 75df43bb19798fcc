#include "tests/support/catch.hpp"
#include "tools/traffic.hpp"

namespace florin::test {
namespace {

using Names = std::vector<std::string>;

Names parsed(const std::string& text) {
  Names names;
  const std::vector<WalletId> wallets = parse_wallets(text).value();
  for (const WalletId& wallet : wallets) {
    names.emplace_back(wallet.view());
  }
  return names;
}

TEST_CASE("Wallets are given as ranges and lists and both") {
  CHECK(parsed("100") == Names{"100"});
  CHECK(parsed("100-103") == Names{"100", "101", "102", "103"});
  CHECK(parsed("7-7") == Names{"7"});
  CHECK(parsed("104,101") == Names{"104", "101"});
  CHECK(parsed("alice,9-10,user-7") == Names{"alice", "9", "10", "user-7"});
  CHECK(parsed("18446744073709551614-18446744073709551615") ==
        Names{"18446744073709551614", "18446744073709551615"});
}

TEST_CASE("What holds a part that is no wallet is refused whole") {
  for (const auto* text : {"", ",", "100,", ",100", "100,,101", "a b", "100 - 103", "100;101"}) {
    INFO(text);
    CHECK_FALSE(parse_wallets(text).has_value());
  }
}

TEST_CASE("A range that runs backwards or is too long is refused") {
  CHECK_FALSE(parse_wallets("103-100").has_value());
  CHECK_FALSE(parse_wallets("1-10000001").has_value());
  CHECK_FALSE(parse_wallets("0-18446744073709551615").has_value());
}

}  // namespace
}  // namespace florin::test
