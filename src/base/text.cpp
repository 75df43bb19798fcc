#include "base/text.hpp"

#include <array>
#include <cstdint>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_hex(std::string& out, unsigned char byte) {
  out.push_back(kHexDigits[byte >> 4U]);
  out.push_back(kHexDigits[byte & 15U]);
}

}  // namespace

std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    append_hex(text, static_cast<unsigned char>(byte));
  }
  return text;
}

std::string escape_bytes(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const char byte : bytes) {
    if (byte >= ' ' && byte <= '~' && byte != '\\') {
      text.push_back(byte);
    } else {
      text += "\\x";
      append_hex(text, static_cast<unsigned char>(byte));
    }
  }
  return text;
}

void append_big_endian(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
  }
}

std::uint64_t read_big_endian(std::string_view eight_bytes) {
  invariant(eight_bytes.size() == 8, "a big-endian integer has eight bytes");
  std::uint64_t value = 0;
  for (const char byte : eight_bytes) {
    value = (value << 8U) | static_cast<unsigned char>(byte);
  }
  return value;
}

}  // namespace florin
