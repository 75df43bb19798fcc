#pragma once

/// Where the next page begins, as an opaque text: a check value that tells a cursor of this list from
/// anything else, and the place, both in hexadecimal.

#include <string>
#include <string_view>

#include "protocol/problem.hpp"

namespace florin {

/// `list` says what is listed, the wallet and the filters included: a cursor is good for that list alone.
[[nodiscard]] std::string make_cursor(std::string_view list, std::string_view place);
[[nodiscard]] Result<std::string> read_cursor(std::string_view list, std::string_view cursor);

}  // namespace florin
