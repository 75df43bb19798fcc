#pragma once

/// A request and its answer as the gateway's logic sees them: no sockets, no parser.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strong.hpp"

namespace florin {

/// One request and its answer. The server's own number for it.
using ExchangeId = Strong<struct ExchangeTag, std::uint64_t>;

struct HttpHeader {
  std::string_view name;
  std::string_view value;
};

/// Views into the server's buffers: they live as long as the call that hands them over.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  ///< path and query as sent, nothing decoded
  std::vector<HttpHeader> headers;
  std::string_view body;

  /// The value of the header, whatever the case of its name; the first where there are several.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] std::size_t count(std::string_view name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;

  HttpResponse& with(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  [[nodiscard]] bool has(std::string_view name) const;
};

enum class Connection : std::uint8_t { keep_alive, close };

/// The bytes of an answer. One to HEAD tells the length of the body it does not have.
[[nodiscard]] std::string wire_bytes(const HttpResponse& response, Connection connection, bool head_only);

[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace florin
