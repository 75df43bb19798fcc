#pragma once

#include <optional>

#include "base/digest.hpp"
#include "gateway/http.hpp"

namespace florin {

/// The trace that the request belongs to, by its header `traceparent` (W3C Trace Context, version 00):
///
///     00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
///
/// Nothing where the header is absent, given twice or not well-formed; the standard has it ignored then.
[[nodiscard]] std::optional<Id128> trace_of(const HttpRequest& request);

}  // namespace florin
