#pragma once

/// What every request has to show before anything of it is read: that it was meant for this door, and that no
/// page of another site sent it. A browser lets any page reach a loopback port, so these hold on loopback
/// too.

#include <optional>

#include "gateway/http.hpp"
#include "protocol/problem.hpp"
#include "runtime/gateway_settings.hpp"

namespace florin {

/// Host: one of the names this door goes by, against pages that had their name resolve to this machine.
/// Origin and Sec-Fetch-Site: absent, or this very door; there is no CORS.
/// Content-Type: application/json where there is a body, which a foreign form cannot send.
[[nodiscard]] std::optional<Problem> check_doors(const HttpRequest& request, const GatewaySettings& settings);

}  // namespace florin
