#pragma once

/// One table of the configuration's file, read strictly: every mistake is a ConfigError that names the key,
/// the file and what would be right. Only config.cpp includes this: toml++ is compiled with whoever does.

#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/config.hpp"

namespace florin {
/// The library asserts what a broken file can break: a table's name that starts with `?` is enough (3.3.0).
/// That is an error of the file, not a reason to abort.
[[noreturn]] inline void refuse_toml() {
  throw std::invalid_argument("this is not TOML");
}
}  // namespace florin
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : ::florin::refuse_toml())
#include <toml++/toml.h>

namespace florin {

/// One table of the file. Remembers which keys were asked for, so that what is left over is an error.
class TomlSection {
 public:
  TomlSection(const toml::table& table, std::string name, std::filesystem::path file)
      : table_(table), name_(std::move(name)), file_(std::move(file)) {}

  template <class Number>
  void number(std::string_view key, Number& value, std::uint64_t min, std::uint64_t max) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return;
    }
    const auto given = node->value_exact<std::int64_t>();
    if (!given || *given < 0 || static_cast<std::uint64_t>(*given) < min ||
        static_cast<std::uint64_t>(*given) > max) {
      fail(key, *node, fmt::format("must be a whole number from {} to {}", min, max));
    }
    value = static_cast<Number>(*given);
  }

  void text(std::string_view key, std::string& value) {
    const toml::node* node = find(key);
    if (node == nullptr) {
      return;
    }
    const auto given = node->value_exact<std::string>();
    if (!given || given->empty()) {
      fail(key, *node, "must be a text that is not empty");
    }
    value = *given;
  }

  /// The subtable, or an empty one.
  [[nodiscard]] TomlSection section(std::string_view key) {
    static const toml::table empty;
    const toml::node* node = find(key);
    if (node != nullptr && !node->is_table()) {
      fail(key, *node, "must be a table");
    }
    return {node == nullptr ? empty : *node->as_table(), qualified(key), file_};
  }

  /// The tables of an array of tables.
  [[nodiscard]] std::vector<TomlSection> sections(std::string_view key) {
    std::vector<TomlSection> found;
    const toml::node* node = find(key);
    if (node == nullptr) {
      return found;
    }
    const toml::array* array = node->as_array();
    if (array == nullptr || (!array->empty() && !array->is_homogeneous(toml::node_type::table))) {
      fail(key, *node, fmt::format("must be tables: [[{}]]", qualified(key)));
    }
    for (const toml::node& element : *array) {
      found.emplace_back(*element.as_table(), qualified(key), file_);
    }
    return found;
  }

  /// Every key of the file must have been asked for by now.
  void finish() const {
    for (const auto& [key, node] : table_) {
      if (!known_.contains(std::string(key.str()))) {
        std::string known;
        for (const std::string& name : known_) {
          known += known.empty() ? name : ", " + name;
        }
        fail(key.str(), node, fmt::format("is unknown. Known here: {}", known));
      }
    }
  }

  [[noreturn]] void fail(std::string_view key, const toml::node& node, std::string_view what) const {
    throw ConfigError(
        fmt::format("{}:{}: `{}` {}", file_.string(), node.source().begin.line, qualified(key), what));
  }
  [[noreturn]] void fail(std::string_view key, std::string_view what) const {
    throw ConfigError(fmt::format("{}: `{}` {}", file_.string(), qualified(key), what));
  }

 private:
  [[nodiscard]] std::string qualified(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
  }
  [[nodiscard]] const toml::node* find(std::string_view key) {
    known_.insert(std::string(key));
    return table_.get(key);
  }

  const toml::table& table_;
  std::string name_;
  std::filesystem::path file_;
  std::set<std::string> known_;
};

}  // namespace florin
