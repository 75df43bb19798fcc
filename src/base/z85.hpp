#pragma once

/// Z85, the text form of CURVE keys: 32 bytes are 40 printable characters. Source: ZeroMQ RFC 32.

#include <optional>
#include <string>
#include <string_view>

namespace florin {

inline constexpr std::size_t kCurveKeyBytes = 32;
inline constexpr std::size_t kCurveKeyLength = 40;

/// `bytes` are a multiple of four.
[[nodiscard]] std::string to_z85(std::string_view bytes);
/// Nothing where `text` is no Z85.
[[nodiscard]] std::optional<std::string> from_z85(std::string_view text);

/// Whether it is the text of a CURVE key, public or secret.
[[nodiscard]] inline bool is_curve_key(std::string_view text) {
  return text.size() == kCurveKeyLength && from_z85(text).has_value();
}

}  // namespace florin
