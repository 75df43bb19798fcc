#pragma once

/// 128-bit integers for totals: 2^63 wallets at the largest balance still fit.

#include <cstdint>
#include <string>

namespace florin {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

/// Decimal text, with a leading minus sign where negative.
[[nodiscard]] std::string to_text(Int128 value);

}  // namespace florin
