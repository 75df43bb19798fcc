#pragma once

/// Who should hold which shard: a pure function.
///
///     members 3, shards 8:  3 3 2      the quotas differ by one at most
///     a member more:        2 2 2 2    each gives up what is over its new quota, and nothing else moves

#include <cstdint>
#include <optional>
#include <vector>

namespace florin {

/// For each shard the number of the member who has it now, or is about to; nothing where nobody has.
using Holders = std::vector<std::optional<std::size_t>>;

/// Spreads the shards over `members` members evenly, moving as few as can be. A shard of no member, or of one
/// that is no more, goes to whoever has the fewest. Nobody has any where there is no member.
[[nodiscard]] Holders place_shards(const Holders& now, std::size_t members);

}  // namespace florin
