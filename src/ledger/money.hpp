#pragma once

/// Money is an integer count of a currency's minor units. Nothing here divides, rounds or touches floating
/// point.

#include <cstdint>
#include <optional>

#include "base/int128.hpp"
#include "base/strong.hpp"

namespace florin {

/// Minor units (cents, yen, fils). An amount is positive; a balance may be negative.
using MinorUnits = Strong<struct MoneyTag, std::int64_t>;

/// The largest amount, and the largest distance of a balance from zero: 2^53 - 1, exact in every JSON parser.
inline constexpr MinorUnits kAmountMax{(std::int64_t{1} << 53) - 1};

[[nodiscard]] constexpr bool in_balance_range(std::int64_t minor) {
  return minor >= -kAmountMax.value() && minor <= kAmountMax.value();
}

/// Nothing where the sum leaves the range of a balance. Both inputs are in range, so the sum itself
/// cannot overflow 64 bits.
[[nodiscard]] constexpr std::optional<MinorUnits> add(MinorUnits a, MinorUnits b) {
  const std::int64_t sum = a.value() + b.value();
  return in_balance_range(sum) ? std::optional(MinorUnits(sum)) : std::nullopt;
}

[[nodiscard]] constexpr std::optional<MinorUnits> subtract(MinorUnits a, MinorUnits b) {
  return add(a, MinorUnits(-b.value()));
}

}  // namespace florin
