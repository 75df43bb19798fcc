#pragma once

/// Text of a bounded length, held in place: copying it allocates nothing. Empty means absent.

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/invariant.hpp"

namespace florin {

/// `Tag` keeps a wallet id from being taken for a transaction id. Whether the content is well-formed is
/// decided where it enters (see ledger/names.hpp); here only the length is bounded.
template <class Tag, std::size_t Capacity>
class BoundedText {
  static_assert(Capacity < 256);

 public:
  static constexpr std::size_t kCapacity = Capacity;

  constexpr BoundedText() = default;
  explicit BoundedText(std::string_view text) {
    invariant(text.size() <= Capacity, "bounded text fits its capacity");
    std::copy(text.begin(), text.end(), chars_.begin());  // memcpy would not take an empty view's null
    length_ = static_cast<std::uint8_t>(text.size());
  }

  [[nodiscard]] std::string_view view() const { return {chars_.data(), length_}; }
  [[nodiscard]] bool empty() const { return length_ == 0; }

  friend bool operator==(const BoundedText& a, const BoundedText& b) { return a.view() == b.view(); }
  friend std::strong_ordering operator<=>(const BoundedText& a, const BoundedText& b) {
    return a.view() <=> b.view();
  }
  /// For absl's containers, which look for this name.
  template <class H>
  friend H AbslHashValue(H state, const BoundedText& text) {  // NOLINT(readability-identifier-naming)
    return H::combine(H::combine_contiguous(std::move(state), text.chars_.data(), text.length_),
                      text.length_);
  }

 private:
  std::uint8_t length_ = 0;
  std::array<char, Capacity> chars_{};
};

}  // namespace florin
