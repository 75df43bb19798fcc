#pragma once

/// Writes one JSON object or array straight into a text, in the order told: no tree, no sorting.
///
///     JsonWriter json;
///     json.open().text("wallet", "101").integer("amount_minor", 1250).close();
///
/// Amounts are whole minor units with what is needed to read them beside them.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/strong.hpp"
#include "ledger/currency.hpp"
#include "ledger/money.hpp"

namespace florin {

class JsonWriter {
 public:
  /// An object: the outermost, or an element of an array.
  JsonWriter& open();
  /// An object or an array as a member.
  JsonWriter& open(std::string_view key);
  JsonWriter& open_array(std::string_view key);
  JsonWriter& close();
  JsonWriter& close_array();

  JsonWriter& text(std::string_view key, std::string_view value);
  /// Left out where it is empty.
  JsonWriter& text_if_any(std::string_view key, std::string_view value);
  JsonWriter& integer(std::string_view key, std::int64_t value);
  JsonWriter& unsigned_integer(std::string_view key, std::uint64_t value);
  JsonWriter& boolean(std::string_view key, bool value);
  JsonWriter& null(std::string_view key);
  JsonWriter& time(std::string_view key, TimeUs value);
  /// `<name>_minor`.
  JsonWriter& minor(std::string_view name, std::int64_t value);
  /// `currency` and `exponent`; null where none is known yet.
  JsonWriter& currency(Currency value);
  /// A value that is JSON already.
  JsonWriter& raw(std::string_view key, std::string_view json);
  JsonWriter& raw_element(std::string_view json);

  [[nodiscard]] std::string take() { return std::move(out_); }
  [[nodiscard]] std::string_view view() const { return out_; }

 private:
  void separate();
  void key(std::string_view name);

  std::string out_;
};

}  // namespace florin
