#include "gateway/json_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace florin {

namespace {

constexpr std::size_t kFieldsMax = 32;
constexpr std::size_t kFieldShownMax = 80;

std::string shown_field(std::string_view text) {
  return escape_bytes(text.substr(0, kFieldShownMax));
}

}  // namespace

/// What the parser calls, in the order of the bytes. Returning false ends it.
struct JsonBodyHandler : nlohmann::json_sax<nlohmann::json> {
  explicit JsonBodyHandler(JsonBody& target) : body(target) {}

  bool refuse(Code code, std::string detail) {
    body.fail(code, std::move(detail));
    return false;
  }
  /// Whether the value belongs to a field; a bare value is no object.
  bool add(JsonBody::Type type, std::int64_t integer, std::string text) {
    if (body.fields_.empty()) {
      return refuse(Code::invalid_body, "the body is a bare value, not an object {...}");
    }
    JsonBody::Field& field = body.fields_.back();
    field.type = type;
    field.integer = integer;
    field.text = std::move(text);
    return true;
  }
  bool refuse_nesting(std::string_view what) {
    return body.fields_.empty()
               ? refuse(Code::invalid_body, fmt::format("the body is {}, not one object {{...}}", what))
               : refuse(Code::wrong_type, fmt::format("field `{}` is {}: every field is one plain value",
                                                      shown_field(body.fields_.back().name), what));
  }

  bool null() override { return add(JsonBody::Type::null, 0, {}); }
  bool boolean(bool /*value*/) override { return add(JsonBody::Type::boolean, 0, {}); }
  bool number_integer(number_integer_t value) override { return add(JsonBody::Type::integer, value, {}); }
  bool number_unsigned(number_unsigned_t value) override {
    constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return value <= kMax ? add(JsonBody::Type::integer, static_cast<std::int64_t>(value), {})
                         : add(JsonBody::Type::number, 0, std::to_string(value));
  }
  bool number_float(number_float_t /*value*/, const string_t& written) override {
    return add(JsonBody::Type::number, 0, written);
  }
  bool string(string_t& value) override { return add(JsonBody::Type::text, 0, std::move(value)); }
  bool binary(binary_t& /*value*/) override { return refuse_nesting("binary"); }
  bool start_object(std::size_t /*elements*/) override {
    if (opened) {
      return refuse_nesting("an object");
    }
    opened = true;
    return true;
  }
  bool key(string_t& name) override {
    const bool twice = std::any_of(body.fields_.begin(), body.fields_.end(),
                                   [&](const JsonBody::Field& field) { return field.name == name; });
    if (twice) {
      return refuse(Code::invalid_body, fmt::format("field `{}` is given twice", shown_field(name)));
    }
    if (body.fields_.size() == kFieldsMax) {
      return refuse(Code::invalid_body, fmt::format("there are more than {} fields", kFieldsMax));
    }
    body.fields_.push_back({std::move(name), JsonBody::Type::null, 0, {}, false});
    return true;
  }
  bool end_object() override { return true; }
  bool start_array(std::size_t /*elements*/) override { return refuse_nesting("an array"); }
  bool end_array() override { return true; }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const nlohmann::json::exception& /*error*/) override {
    return refuse(Code::invalid_body, fmt::format("the body is no JSON: it goes wrong at byte {}", position));
  }

  JsonBody& body;
  bool opened = false;
};

JsonBody::JsonBody(std::string_view bytes) {
  JsonBodyHandler handler(*this);
  const bool whole = nlohmann::json::sax_parse(bytes.begin(), bytes.end(), &handler);
  if (ok() && (!whole || !handler.opened)) {
    fail(Code::invalid_body, "the body is no JSON object");
  }
}

void JsonBody::fail(Code code, std::string detail) {
  if (!problem_) {
    problem_ = Problem{code, std::move(detail)};
  }
}

JsonBody::Field* JsonBody::take(std::string_view name) {
  if (!ok()) {
    return nullptr;
  }
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const Field& field) { return field.name == name; });
  if (found == fields_.end()) {
    return nullptr;
  }
  found->taken = true;
  return &*found;
}

void JsonBody::refuse_type(const Field& field, std::string_view wanted, Code code) {
  switch (field.type) {
    case Type::null: return fail(code, fmt::format("field `{}` is null: {}", field.name, wanted));
    case Type::boolean: return fail(code, fmt::format("field `{}` is true or false: {}", field.name, wanted));
    case Type::integer:
      return fail(code, fmt::format("field `{}` is the number {}: {}", field.name, field.integer, wanted));
    case Type::number:
      return fail(code, fmt::format("field `{}` is {}, which is no whole number of 64 bits: {}", field.name,
                                    shown_field(field.text), wanted));
    case Type::text:
      return fail(code, fmt::format("field `{}` is the text \"{}\": {}", field.name, shown_field(field.text),
                                    wanted));
  }
}

std::optional<std::string> JsonBody::optional_text(std::string_view name) {
  Field* field = take(name);
  if (field == nullptr) {
    return std::nullopt;
  }
  if (field->type != Type::text) {
    refuse_type(*field, "it has to be a text", Code::wrong_type);
    return std::nullopt;
  }
  return std::move(field->text);
}

std::string JsonBody::text(std::string_view name) {
  auto given = optional_text(name);
  if (!given) {
    fail(Code::invalid_body, fmt::format("field `{}` is missing: a text", name));
  }
  return given.value_or(std::string());
}

std::int64_t JsonBody::minor(std::string_view name) {
  const Field* field = take(name);
  if (field == nullptr) {
    fail(Code::invalid_body,
         fmt::format("field `{}` is missing: a whole number of minor units, 1250 for 12.50 EUR", name));
    return 0;
  }
  if (field->type != Type::integer) {
    refuse_type(*field, "an amount is a whole number of minor units without quotes, 1250 for 12.50 EUR",
                Code::invalid_amount);
    return 0;
  }
  return field->integer;
}

std::optional<std::int64_t> JsonBody::optional_integer(std::string_view name) {
  const Field* field = take(name);
  if (field == nullptr) {
    return std::nullopt;
  }
  if (field->type != Type::integer) {
    refuse_type(*field, "it has to be a whole number without quotes", Code::wrong_type);
    return std::nullopt;
  }
  return field->integer;
}

void JsonBody::finish() {
  for (const Field& field : fields_) {
    if (ok() && !field.taken) {
      fail(Code::unknown_option, fmt::format("field `{}` does not exist here", shown_field(field.name)));
    }
  }
}

}  // namespace florin
