#pragma once

/// Files of keys and tokens, in a directory of a test's own.

#include <filesystem>
#include <string>

#include "access/list_file.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {

/// What an AccessError says; empty where nothing is thrown.
template <class Action>
[[nodiscard]] std::string access_refusal(Action action) {
  try {
    action();
  } catch (const AccessError& error) {
    return error.what();
  }
  return {};
}

[[nodiscard]] inline bool says(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

[[nodiscard]] inline std::filesystem::perms mode_of(const std::filesystem::path& file) {
  return std::filesystem::status(file).permissions();
}
inline constexpr auto kOwnerAlone = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

}  // namespace florin::test
