#include "gateway/page_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "gateway/cursor.hpp"

namespace florin {

namespace {

Result<std::size_t> read_limit_parameter(std::string_view text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc() || end != text.data() + text.size() || limit < 1 || limit > kPageLimitMax) {
    return problem(Code::invalid_parameter,
                   fmt::format("limit is `{}`: a whole number from 1 to {}", text, kPageLimitMax));
  }
  return limit;
}

tl::unexpected<Problem> unknown_parameter(std::string_view name, std::string_view known) {
  return problem(Code::invalid_parameter,
                 fmt::format("parameter `{}` does not exist here. Known: {}", name, known));
}

}  // namespace

Result<PageParameters> page_parameters(const Target& target, std::string_view list,
                                       std::initializer_list<std::string_view> filters) {
  PageParameters page;
  page.list = list;
  for (const std::string_view filter : filters) {
    page.list += fmt::format("&{}={}", filter, target.parameter(filter).value_or(""));
  }
  for (const auto& [name, value] : target.query) {
    if (name != "limit" && name != "cursor" &&
        std::find(filters.begin(), filters.end(), name) == filters.end()) {
      return unknown_parameter(
          name, fmt::format("limit, cursor{}{}", filters.size() == 0 ? "" : ", ", fmt::join(filters, ", ")));
    }
  }
  if (const auto given = target.parameter("limit")) {
    const auto limit = read_limit_parameter(*given);
    if (!limit) {
      return tl::make_unexpected(limit.error());
    }
    page.limit = *limit;
  }
  if (const auto given = target.parameter("cursor")) {
    auto place = read_cursor(page.list, *given);
    if (!place) {
      return tl::make_unexpected(place.error());
    }
    page.after = std::move(*place);
  }
  return page;
}

Result<void> no_parameters(const Target& target) {
  if (!target.query.empty()) {
    return unknown_parameter(target.query.front().first, "none");
  }
  return {};
}

}  // namespace florin
