#pragma once

/// Why something from outside was not taken: a code that programs act on and words for a person.

#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "ledger/codes.hpp"

namespace florin {

struct Problem {
  Code code = Code::malformed;
  std::string detail;  ///< names the element and what it should have been

  bool operator==(const Problem&) const = default;
};

template <class T>
using Result = tl::expected<T, Problem>;

[[nodiscard]] inline tl::unexpected<Problem> problem(Code code, std::string detail) {
  return tl::make_unexpected(Problem{code, std::move(detail)});
}

}  // namespace florin
