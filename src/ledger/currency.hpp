#pragma once

/// ISO 4217 currencies with their exponents (how many decimal digits the minor unit has).
/// Source: ISO 4217 list one as of amendment 180 (2026-01-01), codes with a defined minor unit.
///
/// What ISO withdrew since the first version of this table stays in it: ANG, BGN and ZWL. A journal may hold
/// them for ever, and a wallet that has them must be emptied before it is closed.

#include <array>
#include <compare>
#include <optional>
#include <span>
#include <string_view>

namespace florin {

/// A known currency, or none. Only `parse` makes a known one, so a held currency always has an exponent.
class Currency {
 public:
  constexpr Currency() = default;

  /// Takes the alphabetic code in capitals: `EUR`. Nothing for a code that is not on the list.
  [[nodiscard]] static std::optional<Currency> parse(std::string_view code);

  [[nodiscard]] bool known() const { return code_[0] != '\0'; }
  /// Three letters, or empty where there is none.
  [[nodiscard]] std::string_view code() const { return {code_.data(), known() ? code_.size() : 0}; }
  /// 2 for EUR, 0 for JPY, 3 for KWD.
  [[nodiscard]] int exponent() const;

  auto operator<=>(const Currency&) const = default;

 private:
  std::array<char, 3> code_{};
};

struct CurrencyInfo {
  std::string_view code;
  int exponent;
};

/// Every known currency, sorted by code.
[[nodiscard]] std::span<const CurrencyInfo> currencies();

}  // namespace florin
