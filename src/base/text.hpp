#pragma once

/// Showing bytes that came from outside to a person, safely.

#include <cstdint>
#include <string>
#include <string_view>

namespace florin {

/// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Printable ASCII stays; everything else, the backslash included, becomes `\xNN`: no control or escape
/// sequence of a sender reaches a terminal or a log.
[[nodiscard]] std::string escape_bytes(std::string_view bytes);

/// `bytes` read as an unsigned big-endian integer and back: the order in which LMDB sorts keys.
void append_big_endian(std::string& out, std::uint64_t value);
[[nodiscard]] std::uint64_t read_big_endian(std::string_view eight_bytes);

}  // namespace florin
