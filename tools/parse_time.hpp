#pragma once

#include <optional>
#include <string>

#include "base/strong.hpp"

namespace florin {

/// `2026-11-23T12:00:00Z`, with up to six decimals of a second. Nothing for anything else.
[[nodiscard]] std::optional<TimeUs> parse_time(const std::string& text);

}  // namespace florin
