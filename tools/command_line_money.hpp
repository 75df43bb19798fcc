#pragma once

/// Money on the command line: exact, never ambiguous.

#include <cstdint>
#include <string>
#include <vector>

#include "ledger/currency.hpp"
#include "ledger/money.hpp"
#include "protocol/problem.hpp"

namespace florin {

struct Money {
  MinorUnits amount;
  Currency currency;
};

/// Takes `12.50 EUR` (as one word or two), or `EUR` with `minor` set. A bare number is refused, and so is one
/// with another number of decimals than its currency has.
[[nodiscard]] Result<Money> parse_money(const std::vector<std::string>& words, std::int64_t minor);

}  // namespace florin
