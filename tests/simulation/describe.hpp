#pragma once

/// Messages in words, for the story of a run.

#include <string>
#include <string_view>

namespace florin::sim {

[[nodiscard]] std::string describe(std::string_view message);

}  // namespace florin::sim
