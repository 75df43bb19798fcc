#pragma once

/// What monitoring is told, made of what the parts say of themselves. docs/METRICS.md lists every metric. No
/// label names a wallet or anything else that there can be any number of.

#include <string>
#include <vector>

#include "gateway/step.hpp"

namespace florin {

/// The text format of Prometheus. `replies` are those to every_part().
[[nodiscard]] std::string metrics_text(const Replies& replies);

}  // namespace florin
