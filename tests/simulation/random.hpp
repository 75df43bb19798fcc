#pragma once

/// The simulation's only source of chance. Everything a run does follows from one seed.

#include <cstdint>
#include <string_view>

namespace florin::sim {

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014):
/// the state counts in steps of an odd constant, and each number is the mixed state. `split` makes a stream
/// of its own for a named part, so that one part drawing more often does not change what another part draws.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    return mixed(state_);
  }
  /// 0 to bound - 1. The bias of the modulo is below 2^-40 for the bounds of a simulation.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  [[nodiscard]] bool chance(std::uint64_t per_mille) { return below(1000) < per_mille; }
  /// Between the two, small ones as likely as large ones: each power of two has the same share.
  [[nodiscard]] std::int64_t scaled(std::int64_t low, std::int64_t high);

  [[nodiscard]] Random split(std::string_view part) const {
    std::uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a
    for (const char c : part) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    }
    return Random(mixed(state_ ^ mixed(hash)));
  }

 private:
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

inline std::int64_t Random::scaled(std::int64_t low, std::int64_t high) {
  unsigned doublings = 0;
  while ((low << (doublings + 1U)) <= high) {
    ++doublings;
  }
  const std::int64_t from = low << below(doublings + 1U);
  return between(from, from * 2 <= high ? from * 2 : high);
}

}  // namespace florin::sim
