#pragma once

#include <string>
#include <string_view>

namespace florin {

/// A fresh transaction id that sorts by time: `cli:` + 48 bits of milliseconds and 80 random bits in hex. The
/// source stands first, as is asked of every sender.
[[nodiscard]] std::string time_ordered_id(std::string_view source);

}  // namespace florin
