#pragma once

/// Waiting by a wall clock.

#include <cstdint>

#include "base/strong.hpp"

namespace florin {

/// Whether a wait of `wait_us` that began at `since` is over. The clock may have been set back meanwhile: how
/// much of the wait is left cannot be known then, and waiting too short is better than waiting for hours.
[[nodiscard]] constexpr bool wait_is_over(TimeUs now, TimeUs since, std::int64_t wait_us) {
  return now >= since.plus(wait_us) || now < since;
}

}  // namespace florin
