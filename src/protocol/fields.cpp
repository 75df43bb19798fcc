#include "protocol/fields.hpp"

#include <string>

namespace florin {

Currency read_currency_or_none(Reader& reader, std::string_view what) {
  constexpr std::size_t kCodeSize = 3;
  const auto code = reader.text_or_nil(what, kCodeSize);
  const auto currency = Currency::parse(code);
  if (!currency && !code.empty()) {
    reader.fail(Code::unknown_currency, std::string(what));
  }
  return currency.value_or(Currency());
}

}  // namespace florin
