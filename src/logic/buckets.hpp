#pragma once

/// How many values were at most each of some bounds, their sum and their number: what monitoring makes a
/// distribution of. One thread adds; copies are for whoever asks.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace florin {

template <std::size_t kBounds>
struct Buckets {
  std::array<std::uint64_t, kBounds> bounds;  ///< rising; a value belongs to the first that is not below it
  std::array<std::uint64_t, kBounds + 1> counts = {};  ///< the last: beyond all bounds
  std::uint64_t sum = 0;

  void add(std::uint64_t value) {
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), value);
    ++counts[static_cast<std::size_t>(bound - bounds.begin())];
    sum += value;
  }
};

}  // namespace florin
