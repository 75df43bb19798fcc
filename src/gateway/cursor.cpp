#include "gateway/cursor.hpp"

#include <optional>

#include "base/text.hpp"
#include "protocol/hash.hpp"

namespace florin {

namespace {

/// Hexadecimal digits of the check value at the front.
constexpr std::size_t kCheckDigits = 8;

std::string check_of(std::string_view list, std::string_view place) {
  const std::string bytes = std::string(list).append(1, '\0').append(place);
  return to_hex(blake2b(bytes).view()).substr(0, kCheckDigits);
}

int lower_hex_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

std::optional<std::string> from_hex(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = lower_hex_digit(text[i]);
    const int low = lower_hex_digit(text[i + 1]);
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    bytes.push_back(static_cast<char>(high * 16 + low));
  }
  return text.size() % 2 == 0 ? std::optional(bytes) : std::nullopt;
}

}  // namespace

std::string make_cursor(std::string_view list, std::string_view place) {
  return check_of(list, place) + to_hex(place);
}

Result<std::string> read_cursor(std::string_view list, std::string_view cursor) {
  const auto place = from_hex(cursor.size() > kCheckDigits ? cursor.substr(kCheckDigits) : "-");
  if (!place || check_of(list, *place) != cursor.substr(0, kCheckDigits)) {
    return problem(Code::invalid_parameter,
                   "the cursor is none that was given for this list with these filters: begin without one");
  }
  return *place;
}

}  // namespace florin
