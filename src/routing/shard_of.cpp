#include "routing/shard_of.hpp"

#include <xxhash.h>

#include "base/invariant.hpp"

namespace florin {

std::string_view placement_key(std::string_view wallet_id) {
  return wallet_id.substr(0, wallet_id.find('~'));
}

ShardIndex shard_of(const WalletId& wallet, std::uint16_t shards) {
  invariant(shards >= 1 && shards <= kShardsMax, "there are 1 to 256 shards");
  const std::string_view key = placement_key(wallet.view());
  return ShardIndex(static_cast<std::uint16_t>(XXH3_64bits(key.data(), key.size()) % shards));
}

}  // namespace florin
