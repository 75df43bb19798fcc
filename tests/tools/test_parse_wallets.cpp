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
  CHECK(parse_wallets("103-100").error().detail == "the range 103-100 runs backwards");
  for (const auto* text : {"1-1000001", "100-9999999999", "0-18446744073709551615"}) {
    INFO(text);
    CHECK(parse_wallets(text).error().detail == "these are more than 1000000 wallets, which is the maximum");
  }
}

TEST_CASE("A list may name as many wallets as are allowed and no more in all of its parts") {
  CHECK(parse_wallets("1-1000000").value().size() == kWalletListMax);
  CHECK(parse_wallets("alice,1-999999").value().size() == kWalletListMax);
  CHECK_FALSE(parse_wallets("alice,1-1000000").has_value());
  CHECK_FALSE(parse_wallets("1-1000000,alice").has_value());
  CHECK_FALSE(parse_wallets("1-500000,1-500001").has_value());
}

}  // namespace
}  // namespace florin::test
