#include "tools/parse_time.hpp"

#include <array>
#include <ctime>

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
    for (++rest; *rest >= '0' && *rest <= '9' && unit > 0; ++rest, unit /= 10) {
      fraction_us += (*rest - '0') * unit;
    }
  }
  if (std::string(rest) != "Z") {
    return std::nullopt;
  }
  return TimeUs(static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000 + fraction_us);
}

}  // namespace florin
