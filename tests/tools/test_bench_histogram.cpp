#include <algorithm>
#include <random>

#include "tests/support/catch.hpp"
#include "tools/bench_histogram.hpp"

namespace florin::test {
namespace {

std::uint64_t exact_percentile(std::vector<std::uint64_t> values, std::uint64_t share_per_mille) {
  std::sort(values.begin(), values.end());
  return values[(values.size() * share_per_mille + 999) / 1000 - 1];
}

TEST_CASE("An empty histogram answers zero") {
  const LatencyHistogram histogram;
  CHECK(histogram.count() == 0);
  CHECK(histogram.percentile_us(500) == 0);
  CHECK(histogram.max_us() == 0);
}

TEST_CASE("Small latencies are told exactly") {
  LatencyHistogram histogram;
  for (std::uint64_t value = 1; value <= 200; ++value) {
    histogram.add(value);
  }
  CHECK(histogram.percentile_us(500) == 100);
  CHECK(histogram.percentile_us(990) == 198);
  CHECK(histogram.percentile_us(1000) == 200);
  CHECK(histogram.percentile_us(0) == 1);
}

TEST_CASE("Percentiles of any size are at most a 128th too high and never too low") {
  std::mt19937_64 random(1);
  for (const unsigned bits : {9U, 12U, 20U, 33U, 64U}) {
    LatencyHistogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 5000; ++i) {
      // As many small ones as large ones, so that every row of buckets is used.
      values.push_back(random() >> (64 - bits) >> random() % bits);
      histogram.add(values.back());
    }
    for (const std::uint64_t share : {1U, 100U, 500U, 900U, 990U, 999U, 1000U}) {
      const std::uint64_t exact = exact_percentile(values, share);
      INFO(bits << " bits, share " << share << ", exactly " << exact);
      CHECK(histogram.percentile_us(share) >= exact);
      CHECK(histogram.percentile_us(share) - exact <= exact / 128);
    }
    CHECK(histogram.max_us() == exact_percentile(values, 1000));
  }
}

TEST_CASE("The edges of every row of buckets stay in order") {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t value : {power - 1, power, power + power / 2}) {
      LatencyHistogram histogram;
      histogram.add(value);
      histogram.add(UINT64_MAX);
      const std::uint64_t told = histogram.percentile_us(500);
      CHECK(told >= value);
      CHECK(told - value <= value / 128);
      CHECK(histogram.percentile_us(1000) == UINT64_MAX);
    }
  }
}

}  // namespace
}  // namespace florin::test
