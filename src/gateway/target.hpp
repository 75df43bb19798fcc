#pragma once

/// The target of a request, taken apart and decoded once. Strict: what a proxy, a file system or a careless
/// reader could take for another path is refused instead of tidied up.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/problem.hpp"

namespace florin {

struct Target {
  std::vector<std::string> path;  ///< segments: `/v1/wallets` has two, `/` none
  std::vector<std::pair<std::string, std::string>> query;

  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
};

/// Takes `/path?name=value&...` (RFC 9112 origin form) alone. Refused: empty and dot segments, encoded
/// slashes, bytes that are no printable ASCII once decoded, broken percent signs, a parameter given twice.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

}  // namespace florin
