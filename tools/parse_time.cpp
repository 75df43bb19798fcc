#include "tools/parse_time.hpp"

#include <array>
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

}  // namespace florin
