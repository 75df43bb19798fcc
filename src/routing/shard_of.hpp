#pragma once

/// Which shard a wallet lives on.

#include <cstdint>
#include <string_view>

#include "base/strong.hpp"
#include "ledger/names.hpp"

namespace florin {

inline constexpr std::uint16_t kShardsMax = 256;

/// The part of a wallet id that decides where it lives: what stands before the first `~`, else all of it.
/// `user7~EUR` and `user7~USD` therefore share a shard.
[[nodiscard]] std::string_view placement_key(std::string_view wallet_id);

/// XXH3_64(placement key, seed 0) mod `shards`. Source: xxHash specification, XXH3 64 bits.
/// `shards` is 1 to 256 and fixed for the life of a data directory.
[[nodiscard]] ShardIndex shard_of(const WalletId& wallet, std::uint16_t shards);

}  // namespace florin
