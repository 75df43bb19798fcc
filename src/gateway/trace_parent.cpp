#include "gateway/trace_parent.hpp"

#include <algorithm>

namespace florin {

namespace {

constexpr std::size_t kLength = 55;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kParentAt = 36;
constexpr std::size_t kParentDigits = 16;

int trace_digit(char c) {
  return c >= '0' && c <= '9' ? c - '0' : (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

bool is_id(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return trace_digit(c) >= 0; }) &&
         text.find_first_not_of('0') != std::string_view::npos;
}

bool is_well_formed(std::string_view value) {
  // Later versions may append more; what stands before it keeps its meaning.
  return value.size() >= kLength &&
         (value.size() == kLength || (value[kLength] == '-' && value.substr(0, 2) != "00")) &&
         trace_digit(value[0]) >= 0 && trace_digit(value[1]) >= 0 && value.substr(0, 2) != "ff" &&
         value[2] == '-' && is_id(value.substr(kTraceAt, kTraceDigits)) && value[kParentAt - 1] == '-' &&
         is_id(value.substr(kParentAt, kParentDigits)) && value[kParentAt + kParentDigits] == '-';
}

}  // namespace

std::optional<Id128> trace_of(const HttpRequest& request) {
  const std::string_view value = request.header("traceparent").value_or("");
  if (request.count("traceparent") != 1 || !is_well_formed(value)) {
    return std::nullopt;
  }
  Id128 trace;
  for (std::size_t i = 0; i < Id128::kSize; ++i) {
    trace.bytes[i] = static_cast<unsigned char>(trace_digit(value[kTraceAt + 2 * i]) * 16 +
                                                trace_digit(value[kTraceAt + 2 * i + 1]));
  }
  return trace;
}

}  // namespace florin
