#pragma once

/// A 256-bit digest: a plain value. What computes it is in protocol/hash.hpp.

#include <array>
#include <cstdint>
#include <string_view>

namespace florin {

struct Digest {
  static constexpr std::size_t kSize = 32;
  std::array<unsigned char, kSize> bytes{};

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  bool operator==(const Digest&) const = default;
};

/// 16 bytes that name something: the lineage of a store, a trace.
struct Id128 {
  static constexpr std::size_t kSize = 16;
  std::array<unsigned char, kSize> bytes{};

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  bool operator==(const Id128&) const = default;
};

/// Copies `from` into a Digest or Id128; the caller has checked the length.
template <class Fixed>
[[nodiscard]] Fixed fixed_from(std::string_view from) {
  Fixed fixed;
  for (std::size_t i = 0; i < Fixed::kSize && i < from.size(); ++i) {
    fixed.bytes[i] = static_cast<unsigned char>(from[i]);
  }
  return fixed;
}

}  // namespace florin
