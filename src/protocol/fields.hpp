#pragma once

/// Elements that several formats share.

#include <string_view>

#include "ledger/currency.hpp"
#include "protocol/reader.hpp"

namespace florin {

/// A currency's code, or nil for none. `what` names the place in errors.
[[nodiscard]] Currency read_currency_or_none(Reader& reader, std::string_view what);

}  // namespace florin
