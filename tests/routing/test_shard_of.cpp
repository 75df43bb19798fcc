#include <string>
#include <vector>

#include "routing/shard_of.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("The placement key is what stands before the first tilde") {
  CHECK(placement_key("user7") == "user7");
  CHECK(placement_key("user7~EUR") == "user7");
  CHECK(placement_key("user7~EUR~2") == "user7");
  CHECK(placement_key("~EUR").empty());
}

TEST_CASE("The wallets of one user share a shard for every number of shards") {
  for (std::uint16_t shards = 1; shards <= kShardsMax; ++shards) {
    CHECK(shard_of(WalletId("user7~EUR"), shards) == shard_of(WalletId("user7~USD"), shards));
    CHECK(shard_of(WalletId("user7"), shards) == shard_of(WalletId("user7~USD"), shards));
  }
}

TEST_CASE("A store of one shard holds every wallet") {
  for (int i = 0; i < 100; ++i) {
    CHECK(shard_of(WalletId("w" + std::to_string(i)), 1) == ShardIndex(0));
  }
}

TEST_CASE("Wallets spread over all shards about evenly") {
  std::vector<int> count(16);
  for (int i = 0; i < 16'000; ++i) {
    ++count.at(shard_of(WalletId("wallet-" + std::to_string(i)), 16).value());
  }
  for (const int of_shard : count) {
    CHECK((of_shard > 800 && of_shard < 1200));
  }
}

}  // namespace
}  // namespace florin::test
