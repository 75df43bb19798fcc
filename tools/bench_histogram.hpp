#pragma once

/// How often which latency was seen, in bounded memory.
///
///     value        0 .. 255   256 .. 511   512 .. 1023   ...   each row twice as wide, in 128 buckets
///     a bucket is  1 wide     2 wide       4 wide
///
/// So what is told of a value is at most 1/128 of it too high, and never too low.

#include <cstdint>
#include <vector>

namespace florin {

class LatencyHistogram {
 public:
  LatencyHistogram();

  void add(std::uint64_t value_us);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Exact; 0 where nothing was added.
  [[nodiscard]] std::uint64_t max_us() const { return max_us_; }
  /// No more than this had `share_per_mille` / 1000 of all values: 500 is the median, 999 the p99.9.
  [[nodiscard]] std::uint64_t percentile_us(std::uint64_t share_per_mille) const;

 private:
  std::vector<std::uint64_t> buckets_;
  std::uint64_t count_ = 0;
  std::uint64_t max_us_ = 0;
};

}  // namespace florin
