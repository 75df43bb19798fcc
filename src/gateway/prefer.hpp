#pragma once

#include "gateway/http.hpp"

namespace florin {

/// Whether the caller wants to be answered before the outcome is there: `Prefer: respond-async` (RFC 7240),
/// alone or among other preferences, which are passed over.
[[nodiscard]] bool prefers_async(const HttpRequest& request);

}  // namespace florin
