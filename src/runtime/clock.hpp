#pragma once

#include <chrono>

#include "base/strong.hpp"

namespace florin {

/// The wall clock. Only shells read it; everything below is given the time.
[[nodiscard]] inline TimeUs wall_clock() {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return TimeUs(std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
}

}  // namespace florin
