#pragma once

/// Changes a stopped store behind florin's back: what `florin verify` must find.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/batch_record.hpp"

namespace florin::test {

/// One environment of a data directory, opened as long as this lives.
class Tamper {
 public:
  explicit Tamper(std::filesystem::path environment) : directory_(std::move(environment)) {}

  using Rows = std::vector<std::pair<std::string, std::string>>;
  [[nodiscard]] Rows rows(const char* table) const;
  [[nodiscard]] std::optional<std::string> row(const char* table, std::string_view key) const;
  void put(const char* table, std::string_view key, std::string_view value) const;
  void remove(const char* table, std::string_view key) const;

  /// Decodes a row, lets `change` change it, and stores it again. The row must be there.
  template <class Row>
  void change(const char* table, std::string_view key, Row (*decode)(Reader&),
              void (*encode)(Writer&, const Row&), const std::function<void(Row&)>& change) const {
    const std::string bytes = row(table, key).value();
    Reader reader(bytes);
    Row value = decode(reader);
    change(value);
    Writer writer;
    encode(writer, value);
    put(table, key, writer.view());
  }

  /// Changes entries of a shard's journal and recomputes every hash behind them, so that the chain is whole.
  void rewrite_journal(const std::function<void(Entry&)>& change) const;

 private:
  const std::filesystem::path directory_;
};

}  // namespace florin::test
