#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong.hpp"

namespace florin {

/// `2026-11-23T12:00:00Z`, with up to six decimals of a second. Nothing for anything else.
[[nodiscard]] std::optional<TimeUs> parse_time(const std::string& text);

/// `90d`, `12h` or `30m`, up to ten years. Nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> parse_duration_us(std::string_view text);

}  // namespace florin
