#include "tools/bench_histogram.hpp"

#include <algorithm>
#include <bit>

namespace florin {

namespace {

constexpr unsigned kRowBits = 7;  ///< 2^7 buckets in a row
constexpr std::uint64_t kRowBuckets = std::uint64_t{1} << kRowBits;
constexpr unsigned kRowsMax = 64 - kRowBits;

/// How far the values of a bucket's row are shifted to count in its buckets.
unsigned row_shift(std::uint64_t value) {
  const auto bits = static_cast<unsigned>(std::bit_width(value));
  return bits > kRowBits + 1 ? bits - kRowBits - 1 : 0;
}

std::size_t bucket_of(std::uint64_t value) {
  const unsigned shift = row_shift(value);
  return shift * kRowBuckets + (value >> shift);
}

/// The highest value of a bucket.
std::uint64_t bucket_top(std::size_t bucket) {
  if (bucket < 2 * kRowBuckets) {
    return bucket;
  }
  const std::uint64_t shift = bucket / kRowBuckets - 1;
  const std::uint64_t within = bucket - shift * kRowBuckets;
  return ((within + 1) << shift) - 1;
}

}  // namespace

LatencyHistogram::LatencyHistogram() : buckets_((kRowsMax + 1) * kRowBuckets) {}

void LatencyHistogram::add(std::uint64_t value_us) {
  ++buckets_[bucket_of(value_us)];
  ++count_;
  max_us_ = std::max(max_us_, value_us);
}

std::uint64_t LatencyHistogram::percentile_us(std::uint64_t share_per_mille) const {
  const std::uint64_t wanted = std::max<std::uint64_t>(1, (count_ * share_per_mille + 999) / 1000);
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted) {
      return std::min(bucket_top(bucket), max_us_);
    }
  }
  return max_us_;
}

}  // namespace florin
