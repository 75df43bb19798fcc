#pragma once

/// The body of a write: one flat JSON object, read strictly. Every field is asked for by name; what is left
/// over, given twice, nested or of another type is an error that names it.
///
/// The first thing that is wrong is kept and everything after it reads as absent, so a route is a plain list
/// of reads with one `ok()` at its end (as protocol/reader.hpp does it).
///
///     JsonBody body(request.body);
///     const auto amount = body.amount("amount_minor");
///     body.finish();
///     if (!body.ok()) { return body.problem(); }

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/problem.hpp"

namespace florin {

class JsonBody {
 public:
  explicit JsonBody(std::string_view bytes);

  /// A text that has to be there.
  [[nodiscard]] std::string text(std::string_view name);
  /// Nothing where the field is absent.
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
  /// A whole number that has to be there: of an amount, 1250 for 12.50 EUR. 12.5, 1e3 and "1250" are refused.
  [[nodiscard]] std::int64_t minor(std::string_view name);
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name);

  /// Every field of the body must have been asked for by now.
  void finish();

  void fail(Code code, std::string detail);
  [[nodiscard]] bool ok() const { return !problem_.has_value(); }
  /// Only where not ok().
  [[nodiscard]] const Problem& problem() const { return *problem_; }

 private:
  friend struct JsonBodyHandler;
  enum class Type : std::uint8_t { null, boolean, integer, number, text };
  struct Field {
    std::string name;
    Type type = Type::null;
    std::int64_t integer = 0;
    std::string text;  ///< a text, or a number as it was written
    bool taken = false;
  };

  Field* take(std::string_view name);
  void refuse_type(const Field& field, std::string_view wanted, Code code);

  std::vector<Field> fields_;
  std::optional<Problem> problem_;
};

}  // namespace florin
