#include "logic/placement.hpp"

#include <algorithm>
#include <numeric>

namespace florin {

namespace {

/// How many shards each member should have. Where they cannot be the same, those who have the most keep one
/// more, so that fewer move.
std::vector<std::size_t> quotas(const std::vector<std::size_t>& counts, std::size_t shards) {
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&counts](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  std::vector<std::size_t> quotas(counts.size(), shards / counts.size());
  for (std::size_t i = 0; i < shards % counts.size(); ++i) {
    ++quotas[order[i]];
  }
  return quotas;
}

}  // namespace

Holders place_shards(const Holders& now, std::size_t members) {
  Holders placed(now.size());
  if (members == 0) {
    return placed;
  }
  std::vector<std::size_t> counts(members);
  for (const auto& holder : now) {
    if (holder && *holder < members) {
      ++counts[*holder];
    }
  }
  std::vector<std::size_t> room = quotas(counts, now.size());
  for (std::size_t shard = 0; shard < now.size(); ++shard) {
    const auto& holder = now[shard];
    if (holder && *holder < members && room[*holder] > 0) {
      placed[shard] = holder;
      --room[*holder];
    }
  }
  for (auto& holder : placed) {
    if (!holder) {
      const auto most = std::max_element(room.begin(), room.end());
      holder = static_cast<std::size_t>(most - room.begin());
      --*most;
    }
  }
  return placed;
}

}  // namespace florin
