#pragma once

/// How far the journals are, and how far those who follow them.

#include <cstdint>
#include <map>

#include "tools/store_access.hpp"

namespace florin {

using Positions = std::map<ShardIndex, Position>;

/// The last record of each shard; none of a shard that does not answer.
[[nodiscard]] Positions journal_heads(StoreAccess& access);
/// Where a consumer stands; nothing where it does not answer.
[[nodiscard]] Positions consumer_positions(StoreAccess& access, OwnerRole consumer);
/// Whether `reached` is short of one of the heads.
[[nodiscard]] bool is_behind(const Positions& reached, const Positions& heads);
/// Entries between the two.
[[nodiscard]] std::uint64_t entries_behind(const Positions& reached, const Positions& heads);

}  // namespace florin
