#pragma once

/// Money as people write it: `12.50 EUR`, `1300 JPY`. Exact in both directions.

#include <optional>
#include <string>
#include <string_view>

#include "ledger/currency.hpp"
#include "ledger/money.hpp"

namespace florin {

/// `12.50 EUR`; `-0.05 EUR`; `1300 JPY`. Always all the digits of the currency.
[[nodiscard]] std::string amount_text(MinorUnits amount, Currency currency);
[[nodiscard]] std::string amount_text(Int128 minor, Currency currency);

/// Takes an unsigned decimal with exactly the currency's digits after the point, or with no point at all
/// where the currency has none: `12.50` for EUR, `1300` for JPY. Nothing for anything else: `12`, `12.5` and
/// `12.500` are ambiguous for EUR and refused.
[[nodiscard]] std::optional<MinorUnits> parse_amount(std::string_view decimal, Currency currency);

}  // namespace florin
