#include "tools/parse_time.hpp"

#include <array>
#include <charconv>
#include <ctime>

#include "runtime/log.hpp"

namespace florin {

std::optional<TimeUs> parse_time(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (rest == nullptr) {
    return std::nullopt;
  }
  std::int64_t fraction_us = 0;
  if (*rest == '.') {
    std::int64_t unit = 100'000;
    const char* const digits = ++rest;
    for (; *rest >= '0' && *rest <= '9' && unit > 0; ++rest, unit /= 10) {
      fraction_us += (*rest - '0') * unit;
    }
    if (rest == digits) {
      return std::nullopt;
    }
  }
  if (std::string(rest) != "Z") {
    return std::nullopt;
  }
  const TimeUs second(static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000);
  // strptime also takes blanks, single digits and the 30th of February.
  constexpr std::size_t kUpToSecond = 19;
  if (second < TimeUs() || iso_time(second).substr(0, kUpToSecond) != text.substr(0, kUpToSecond)) {
    return std::nullopt;
  }
  return second.plus(fraction_us);
}

std::optional<std::int64_t> parse_duration_us(std::string_view text) {
  constexpr std::int64_t kMinuteUs = 60'000'000;
  constexpr std::int64_t kHourUs = 60 * kMinuteUs;
  constexpr std::int64_t kDayUs = 24 * kHourUs;
  constexpr std::int64_t kLongestUs = 3653 * kDayUs;
  const char unit = text.empty() ? '\0' : text.back();
  const std::int64_t unit_us = unit == 'd' ? kDayUs : unit == 'h' ? kHourUs : unit == 'm' ? kMinuteUs : 0;
  if (unit_us == 0) {
    return std::nullopt;
  }
  std::int64_t count = 0;
  const char* const end = text.data() + text.size() - 1;
  const auto read = std::from_chars(text.data(), end, count);
  const bool whole = read.ec == std::errc() && read.ptr == end;
  return whole && count > 0 && count <= kLongestUs / unit_us ? std::optional(count * unit_us) : std::nullopt;
}

}  // namespace florin
