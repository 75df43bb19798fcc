#include "base/z85.hpp"

#include <cstdint>
#include <limits>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::string_view kAlphabet =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
constexpr std::size_t kBase = 85;
constexpr std::size_t kGroupBytes = 4;
constexpr std::size_t kGroupLength = 5;
static_assert(kAlphabet.size() == kBase);

/// The 32 bits of a group of five characters; nothing where it is none.
std::optional<std::uint32_t> read_group(std::string_view group) {
  std::uint64_t value = 0;
  for (const char c : group) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) {
      return std::nullopt;
    }
    value = value * kBase + digit;
  }
  return value <= std::numeric_limits<std::uint32_t>::max() ? std::optional(static_cast<std::uint32_t>(value))
                                                            : std::nullopt;
}

}  // namespace

std::string to_z85(std::string_view bytes) {
  invariant(bytes.size() % kGroupBytes == 0, "Z85 takes whole groups of four bytes");
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += kGroupBytes) {
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(at, kGroupBytes)) {
      value = value << 8U | static_cast<unsigned char>(byte);
    }
    std::string group(kGroupLength, '0');
    for (std::size_t place = kGroupLength; place > 0; --place) {
      group[place - 1] = kAlphabet[value % kBase];
      value /= kBase;
    }
    text += group;
  }
  return text;
}

std::optional<std::string> from_z85(std::string_view text) {
  if (text.size() % kGroupLength != 0) {
    return std::nullopt;
  }
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); at += kGroupLength) {
    const auto value = read_group(text.substr(at, kGroupLength));
    if (!value) {
      return std::nullopt;
    }
    for (unsigned shift = 32; shift > 0; shift -= 8) {
      bytes += static_cast<char>(*value >> (shift - 8) & 0xffU);
    }
  }
  return bytes;
}

}  // namespace florin
