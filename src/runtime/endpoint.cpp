#include "runtime/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace florin {

bool TcpEndpoint::is_loopback() const {
  const bool is_address =
      host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_address || host == "localhost" || host == "[::1]";
}

std::optional<TcpEndpoint> parse_tcp(std::string_view endpoint) {
  constexpr std::string_view kTcp = "tcp://";
  constexpr std::string_view kHostCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_*:[]";
  const std::size_t colon = endpoint.rfind(':');
  if (!endpoint.starts_with(kTcp) || colon == std::string_view::npos || colon <= kTcp.size()) {
    return std::nullopt;
  }
  TcpEndpoint parsed{endpoint.substr(kTcp.size(), colon - kTcp.size())};
  const std::string_view port = endpoint.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), parsed.port);
  // libzmq gives `HOST;HOST` and `HOST:PORT` meanings of its own; no such host is one here.
  const bool is_host = parsed.host.find_first_not_of(kHostCharacters) == std::string_view::npos &&
                       (parsed.host.starts_with('[') == (parsed.host.find(':') != std::string_view::npos));
  return is_host && read.ec == std::errc() && read.ptr == port.data() + port.size() ? std::optional(parsed)
                                                                                    : std::nullopt;
}

std::string Endpoints::of_shard(const std::string& endpoint, ShardIndex shard) {
  if (endpoint.starts_with("ipc://")) {
    return fmt::format("{}.{:03}", endpoint, shard.value());
  }
  const std::size_t colon = endpoint.rfind(':');
  unsigned port = 0;
  std::from_chars(endpoint.data() + colon + 1, endpoint.data() + endpoint.size(), port);
  return fmt::format("{}:{}", endpoint.substr(0, colon), port + shard.value());
}

bool Endpoints::any_tcp() const {
  const auto is_tcp = [](const std::string* endpoint) { return parse_tcp(*endpoint).has_value(); };
  const std::array all{&front,       &backend,          &router_query,     &shard_events,
                       &shard_query, &accounting_query, &dead_letter_query};
  return std::any_of(all.begin(), all.end(), is_tcp);
}

}  // namespace florin
