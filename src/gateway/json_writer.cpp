#include "gateway/json_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "runtime/log.hpp"

namespace florin {

namespace {

bool is_plain(char c) {
  return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

}  // namespace

void JsonWriter::separate() {
  if (!out_.empty() && out_.back() != '{' && out_.back() != '[') {
    out_.push_back(',');
  }
}

void JsonWriter::key(std::string_view name) {
  separate();
  out_.append(1, '"').append(name).append("\":");
}

JsonWriter& JsonWriter::open() {
  separate();
  out_.push_back('{');
  return *this;
}

JsonWriter& JsonWriter::open(std::string_view name) {
  key(name);
  out_.push_back('{');
  return *this;
}

JsonWriter& JsonWriter::open_array(std::string_view name) {
  key(name);
  out_.push_back('[');
  return *this;
}

JsonWriter& JsonWriter::close() {
  out_.push_back('}');
  return *this;
}

JsonWriter& JsonWriter::close_array() {
  out_.push_back(']');
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view name, std::string_view value) {
  key(name);
  out_.push_back('"');
  if (std::all_of(value.begin(), value.end(), is_plain)) {
    out_.append(value);
  } else {
    out_.append(json_escape(value));
  }
  out_.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::text_if_any(std::string_view name, std::string_view value) {
  return value.empty() ? *this : text(name, value);
}

JsonWriter& JsonWriter::integer(std::string_view name, std::int64_t value) {
  key(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::unsigned_integer(std::string_view name, std::uint64_t value) {
  key(name);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonWriter& JsonWriter::boolean(std::string_view name, bool value) {
  return raw(name, value ? "true" : "false");
}

JsonWriter& JsonWriter::null(std::string_view name) {
  return raw(name, "null");
}

JsonWriter& JsonWriter::time(std::string_view name, TimeUs value) {
  key(name);
  out_.append(1, '"').append(iso_time(value)).append(1, '"');
  return *this;
}

JsonWriter& JsonWriter::minor(std::string_view name, std::int64_t value) {
  separate();
  fmt::format_to(std::back_inserter(out_), "\"{}_minor\":{}", name, value);
  return *this;
}

JsonWriter& JsonWriter::currency(Currency value) {
  if (!value.known()) {
    return null("currency").null("exponent");
  }
  return text("currency", value.code()).integer("exponent", value.exponent());
}

JsonWriter& JsonWriter::raw(std::string_view name, std::string_view json) {
  key(name);
  out_.append(json);
  return *this;
}

JsonWriter& JsonWriter::raw_element(std::string_view json) {
  separate();
  out_.append(json);
  return *this;
}

}  // namespace florin
