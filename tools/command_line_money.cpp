#include "tools/command_line_money.hpp"

#include <fmt/format.h>

#include <sstream>

#include "ledger/amount_text.hpp"

namespace florin {

namespace {

std::vector<std::string> split(const std::vector<std::string>& words) {
  std::vector<std::string> parts;
  for (const std::string& word : words) {
    std::istringstream stream(word);
    for (std::string part; stream >> part;) {
      parts.push_back(part);
    }
  }
  return parts;
}

}  // namespace

Result<Money> parse_money(const std::vector<std::string>& words, std::int64_t minor) {
  const auto parts = split(words);
  const std::size_t expected = minor > 0 ? 1 : 2;
  if (parts.size() != expected) {
    return problem(Code::invalid_amount,
                   minor > 0 ? "with --minor only the currency is given: --minor 1250 EUR"
                             : "an amount is given with its currency: 12.50 EUR (or --minor 1250 EUR)");
  }
  const auto currency = Currency::parse(parts.back());
  if (!currency) {
    return problem(Code::unknown_currency, fmt::format("`{}` is no ISO 4217 code in capitals", parts.back()));
  }
  const auto amount = minor > 0
                          ? (minor <= kAmountMax.value() ? std::optional(MinorUnits(minor)) : std::nullopt)
                          : parse_amount(parts.front(), *currency);
  if (!amount) {
    return problem(
        Code::invalid_amount,
        fmt::format("`{}` is no amount of {}: write it with {} decimals, like {}", parts.front(),
                    currency->code(), currency->exponent(), amount_text(MinorUnits(1250), *currency)));
  }
  return Money{*amount, *currency};
}

}  // namespace florin
