#include "tools/time_ordered_id.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "base/text.hpp"
#include "runtime/clock.hpp"

namespace florin {

std::string time_ordered_id(std::string_view source) {
  std::array<char, 10> random{};
  randombytes_buf(random.data(), random.size());
  return fmt::format("{}:{:012x}-{}", source, wall_clock().value() / 1000,
                     to_hex({random.data(), random.size()}));
}

}  // namespace florin
