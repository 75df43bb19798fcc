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

/// Length of the well-formed UTF-8 sequence at the start of `text`, which is not empty; 0 where there is none
/// (RFC 3629).
[[nodiscard]] std::size_t utf8_sequence_length(std::string_view text);

/// C0, DEL, and C1 (which UTF-8 writes as C2 80 to C2 9F). `text` is not empty.
[[nodiscard]] bool starts_with_control(std::string_view text);

/// `bytes` read as an unsigned big-endian integer and back: the order in which LMDB sorts keys.
void append_big_endian(std::string& out, std::uint64_t value);
[[nodiscard]] std::uint64_t read_big_endian(std::string_view eight_bytes);

}  // namespace florin
