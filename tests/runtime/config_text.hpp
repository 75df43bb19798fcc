#pragma once

/// Configurations as tests write them: a text, loaded from a file of a directory of its own.

#include <string>
#include <string_view>

#include "runtime/config.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {

struct ConfigText {
  explicit ConfigText(std::string_view text) { write_file(file(), text); }

  [[nodiscard]] std::filesystem::path file() const { return directory / "florin.toml"; }
  [[nodiscard]] Config load() const { return load_config(file()); }
  /// What the refusal says; empty where the text is taken.
  [[nodiscard]] std::string refusal() const {
    try {
      static_cast<void>(load());
    } catch (const ConfigError& error) {
      return error.what();
    }
    return {};
  }

  TempDir directory;
};

[[nodiscard]] inline std::string refusal_of(std::string_view text) {
  return ConfigText(text).refusal();
}

[[nodiscard]] inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace florin::test
