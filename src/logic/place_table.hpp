#pragma once

/// Places in a list, found by the hash of what stands there: a hash table that holds nothing but numbers, for
/// lists that are made anew for each batch.
///
///     PlaceTable places(expected);
///     places.add(hash_of(list[7]), 7);
///     places.find(hash_of(wanted), [&](std::size_t place) { return list[place] == wanted; });   // 7

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace florin {

class PlaceTable {
 public:
  explicit PlaceTable(std::size_t expected) : slots_(size_for(expected)) {}

  template <class IsIt>
  [[nodiscard]] std::optional<std::size_t> find(std::size_t hash, IsIt is_it) const {
    const auto tag = static_cast<std::uint32_t>(hash);
    for (std::size_t at = tag & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.place == kNone) {
        return std::nullopt;
      }
      if (slot.tag == tag && is_it(slot.place)) {
        return slot.place;
      }
    }
  }

  void add(std::size_t hash, std::size_t place) {
    if (2 * (used_ + 1) > slots_.size()) {
      grow();
    }
    put({static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(place)});
    ++used_;
  }

 private:
  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t place = kNone;
  };

  [[nodiscard]] static std::size_t size_for(std::size_t expected) {
    constexpr std::size_t kSizeMin = 16;
    return std::bit_ceil(std::max(2 * expected, kSizeMin));
  }

  void put(const Slot& slot) {
    std::size_t at = slot.tag & (slots_.size() - 1);
    while (slots_[at].place != kNone) {
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = slot;
  }

  void grow() {
    const std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(2 * slots_.size()));
    for (const Slot& slot : before) {
      if (slot.place != kNone) {
        put(slot);
      }
    }
  }

  std::vector<Slot> slots_;  ///< their number is a power of two
  std::size_t used_ = 0;
};

}  // namespace florin
