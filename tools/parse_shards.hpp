#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/strong.hpp"

namespace florin {

/// Shards as people write them: `0,1` or `0-3` or `0,2-3`. Each once, each below `shards`; throws ConfigError
/// saying what is wrong.
[[nodiscard]] std::vector<ShardIndex> parse_shards(std::string_view text, std::uint16_t shards);

}  // namespace florin
