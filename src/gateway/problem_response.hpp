#pragma once

/// A refusal as HTTP tells it: `application/problem+json` (RFC 9457) with Florin's number and name, whether
/// sending again helps, what to do, and the request's id.
///
///     {"type":"urn:florin:problem:insufficient_funds","title":"...","status":422,"detail":"...","code":231,
///      "name":"insufficient_funds","retry":"never","help":"...","request_id":"..."}

#include <string_view>

#include "gateway/http.hpp"
#include "protocol/problem.hpp"

namespace florin {

struct Refusal {
  Problem problem;
  std::uint32_t retry_after_ms = 0;  ///< only with codes whose retry is `after`
  /// The decided transaction where there is one: JSON, and whether it is told a second time.
  std::string transaction = {};
  bool replayed = false;
};

[[nodiscard]] HttpResponse problem_response(const Refusal& refusal, std::string_view request_id);

}  // namespace florin
