#pragma once

/// What the HTTP gateway is configured with: where it stands, which names it goes by, and how much it takes.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace florin {

struct GatewaySettings {
  bool enabled = true;
  std::string address = "127.0.0.1";  ///< an IP address
  std::uint16_t port = 8000;          ///< 0: any that is free
  /// Names beside the address and `localhost` that a Host header may have.
  std::vector<std::string> hosts = {};

  std::size_t connections_max = 1000;
  std::size_t header_bytes_max = 16'384;
  std::size_t body_bytes_max = 65'536;
  std::size_t requests_in_flight_max = 1000;
  std::uint32_t idle_timeout_ms = 60'000;     ///< for a kept connection to say something
  std::uint32_t request_timeout_ms = 10'000;  ///< for a request to arrive, and for an answer to be taken
  std::uint32_t outcome_timeout_ms = 30'000;  ///< for a transaction to be decided
  std::uint32_t query_timeout_ms = 5000;      ///< for the owner of a store to answer
};

/// Whether only this machine reaches an IP address.
[[nodiscard]] bool is_loopback(std::string_view address);
/// Where the gateway listens: `127.0.0.1:8000`, `[::1]:8000` (port 0: any that is free), or `off`. Gives what
/// is wrong with the text, for a person; empty where it was taken.
[[nodiscard]] std::string read_listen(std::string_view text, GatewaySettings& gateway);
/// The names of a list with commas.
[[nodiscard]] std::vector<std::string> split_names(std::string_view list);

}  // namespace florin
