#pragma once

/// What a shard has counted, packed as values of its status map.

#include <string>

#include "logic/shard_tally.hpp"

namespace florin {

/// {kind: {outcome: count}}, kinds that were never decided left out.
[[nodiscard]] std::string pack_outcomes(const ShardTally& tally);
/// {reason: count}
[[nodiscard]] std::string pack_reasons(const ShardTally& tally);

/// {bounds: [..], counts: [..], sum: n}: each count is of values up to its bound, the last of those beyond.
template <std::size_t kBounds>
[[nodiscard]] std::string pack_buckets(const Buckets<kBounds>& buckets) {
  Writer writer;
  writer.map(3).text("bounds").array(kBounds);
  for (const std::uint64_t bound : buckets.bounds) {
    writer.uint(bound);
  }
  writer.text("counts").array(kBounds + 1);
  for (const std::uint64_t count : buckets.counts) {
    writer.uint(count);
  }
  writer.text("sum").uint(buckets.sum);
  return std::move(writer).take();
}

}  // namespace florin
