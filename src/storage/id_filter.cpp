#include "storage/id_filter.hpp"

#include <algorithm>
#include <bit>

namespace florin {

namespace {

constexpr std::size_t kBitsPerId = 10;
constexpr unsigned kProbes = 4;
constexpr unsigned kWordBits = 64;

/// Spreads a fingerprint over its word: all probes hit one, so that a question costs one cache miss.
std::uint64_t bits_of(std::uint64_t spread) {
  std::uint64_t bits = 0;
  for (unsigned i = 0; i < kProbes; ++i) {
    bits |= std::uint64_t{1} << (spread % kWordBits);
    spread >>= 6U;
  }
  return bits;
}

/// The partition's ids have their upper bits in common, so every bit is mixed in again (splitmix64).
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

void IdFilter::reset(std::size_t ids) {
  words_.assign(std::bit_ceil(ids * kBitsPerId / kWordBits + 1), 0);
  ids_ = 0;
}

bool IdFilter::has_room(std::size_t more) const {
  return (ids_ + more) * kBitsPerId <= words_.size() * kWordBits;
}

void IdFilter::add(Fingerprint fingerprint) {
  const std::uint64_t spread = mixed(fingerprint.value);
  words_[(spread >> 32U) & (words_.size() - 1)] |= bits_of(spread);
  ++ids_;
}

bool IdFilter::may_hold(Fingerprint fingerprint) const {
  if (words_.empty()) {
    return false;
  }
  const std::uint64_t spread = mixed(fingerprint.value);
  const std::uint64_t bits = bits_of(spread);
  return (words_[(spread >> 32U) & (words_.size() - 1)] & bits) == bits;
}

}  // namespace florin
