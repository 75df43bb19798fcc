#include "ledger/amount_text.hpp"

#include <algorithm>

namespace florin {

std::string amount_text(Int128 minor, Currency currency) {
  std::string text = to_text(minor < 0 ? -minor : minor);
  const auto digits = static_cast<std::size_t>(currency.exponent());
  if (text.size() <= digits) {
    text.insert(0, digits + 1 - text.size(), '0');
  }
  if (digits > 0) {
    text.insert(text.size() - digits, 1, '.');
  }
  text.insert(0, minor < 0 ? "-" : "");
  return text.append(" ").append(currency.code());
}

std::string amount_text(MinorUnits amount, Currency currency) {
  return amount_text(Int128{amount.value()}, currency);
}

std::optional<MinorUnits> parse_amount(std::string_view decimal, Currency currency) {
  const auto digits = static_cast<std::size_t>(currency.exponent());
  std::string minor(decimal);
  if (digits > 0) {
    if (decimal.size() < digits + 2 || decimal[decimal.size() - digits - 1] != '.') {
      return std::nullopt;
    }
    minor.erase(minor.size() - digits - 1, 1);
  }
  constexpr std::size_t kDigitsMax = 16;  // 2^53 has 16 digits, so what passes fits 64 bits
  const bool all_digits =
      std::all_of(minor.begin(), minor.end(), [](char c) { return c >= '0' && c <= '9'; });
  minor.erase(0, std::min(minor.find_first_not_of('0'), minor.size()));
  if (!all_digits || decimal.empty() || minor.size() > kDigitsMax) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  for (const char digit : minor) {
    value = value * 10 + (digit - '0');
  }
  return value <= kAmountMax.value() ? std::optional(MinorUnits(value)) : std::nullopt;
}

}  // namespace florin
