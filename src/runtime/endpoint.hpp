#pragma once

/// Where the doors are, and what the text of an endpoint says.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong.hpp"

namespace florin {

/// `tcp://HOST:PORT`, taken apart.
struct TcpEndpoint {
  std::string_view host;  ///< as it is written, with the brackets of IPv6
  std::uint64_t port = 0;

  /// Whether nobody beyond this machine reaches it. The host is read whole: `127.example.com` is a name that
  /// leads anywhere.
  [[nodiscard]] bool is_loopback() const;
};

/// Nothing where it is none. A view into `endpoint`.
[[nodiscard]] std::optional<TcpEndpoint> parse_tcp(std::string_view endpoint);

/// Where each door is. Those of shards are told apart by a suffix (ipc) or by the port (tcp): see `of_shard`.
struct Endpoints {
  std::string front;
  std::string backend;
  std::string router_query;
  std::string shard_events;
  std::string shard_query;
  std::string accounting_query;
  std::string dead_letter_query;

  /// `ipc://dir/events` -> `ipc://dir/events.003`; `tcp://127.0.0.1:7200` -> `tcp://127.0.0.1:7203`.
  [[nodiscard]] static std::string of_shard(const std::string& endpoint, ShardIndex shard);
  [[nodiscard]] bool any_tcp() const;
};

}  // namespace florin
