#include "gateway/target.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace florin {

namespace {

constexpr std::size_t kSegmentsMax = 16;
constexpr std::size_t kParametersMax = 16;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// Nothing where a percent sign is no two hexadecimal digits' or a byte is no printable ASCII.
std::optional<std::string> decode_percent(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char byte = text[i];
    if (byte == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      byte = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (byte < ' ' || byte > '~') {
      return std::nullopt;
    }
    decoded.push_back(byte);
  }
  return decoded;
}

tl::unexpected<Problem> refuse(std::string_view what, std::string_view text) {
  constexpr std::size_t kShownMax = 80;
  return problem(Code::invalid_parameter,
                 fmt::format("{}: `{}`", what, escape_bytes(text.substr(0, kShownMax))));
}

Result<std::vector<std::string>> parse_path(std::string_view path) {
  std::vector<std::string> segments;
  if (path.empty() || path.front() != '/') {
    return refuse("the target is no path that begins with /", path);
  }
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    auto segment = decode_percent(path.substr(0, end));
    if (!segment || segment->empty() || *segment == "." || *segment == ".." ||
        segment->find_first_of("/\\") != std::string::npos) {
      return refuse("a part of the path is empty, a dot, or not decodable", path.substr(0, end));
    }
    if (segments.size() == kSegmentsMax) {
      return refuse("the path has too many parts", path);
    }
    segments.push_back(std::move(*segment));
    if (end + 1 == path.size()) {
      return refuse("the path ends with a slash", path);
    }
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return segments;
}

Result<void> parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = decode_percent(pair.substr(0, equals));
    auto value = decode_percent(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || name->empty() || !value) {
      return refuse("a parameter is not decodable", pair);
    }
    if (target.parameter(*name)) {
      return refuse("a parameter is given twice", *name);
    }
    if (target.query.size() == kParametersMax) {
      return refuse("there are too many parameters", *name);
    }
    target.query.emplace_back(std::move(*name), std::move(*value));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) {
      return value;
    }
  }
  return std::nullopt;
}

Result<Target> parse_target(std::string_view text) {
  const std::size_t question = std::min(text.find('?'), text.size());
  Target target;
  auto path = parse_path(text.substr(0, question));
  if (!path) {
    return tl::make_unexpected(path.error());
  }
  target.path = std::move(*path);
  if (const auto query = parse_query(text.substr(std::min(question + 1, text.size())), target); !query) {
    return tl::make_unexpected(query.error());
  }
  return target;
}

}  // namespace florin
