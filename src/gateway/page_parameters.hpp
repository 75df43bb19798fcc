#pragma once

/// What every list takes: `limit`, `cursor`, and filters of its own.

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

#include "gateway/target.hpp"
#include "protocol/problem.hpp"

namespace florin {

struct PageParameters {
  std::size_t limit = 50;
  std::string after;  ///< where the cursor says the page begins; empty for the first page
  std::string list;   ///< names the list with its filters: what a cursor of it is good for
};

inline constexpr std::size_t kPageLimitMax = 500;

/// Any parameter but `limit`, `cursor` and the filters is refused by name.
[[nodiscard]] Result<PageParameters> page_parameters(const Target& target, std::string_view list,
                                                     std::initializer_list<std::string_view> filters);
/// A resource that takes no parameters at all: a misspelt one is not passed over.
[[nodiscard]] Result<void> no_parameters(const Target& target);

}  // namespace florin
