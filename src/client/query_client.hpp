#pragma once

/// Asks the owners of running stores.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <zmq.hpp>

#include "base/curve_keys.hpp"
#include "protocol/handling.hpp"
#include "protocol/query.hpp"

namespace florin {

class QueryClient {
 public:
  /// `keys` are for endpoints over TCP that ask for them.
  explicit QueryClient(std::uint32_t timeout_ms, std::optional<CurveKeys> keys = std::nullopt)
      : timeout_ms_(timeout_ms), keys_(std::move(keys)) {}

  /// The packed payload, or why there is none; `overloaded` where nobody answered in time.
  [[nodiscard]] Result<std::string> ask(const std::string& endpoint, QueryKind kind,
                                        std::string_view parameters);
  /// Passes a whole QUERY on and gives the whole REPLY.
  [[nodiscard]] Result<std::string> pass(const std::string& endpoint, std::string_view query);
  /// Tells the dead-letter sink what to do about a letter, under a request number of its own. The packed
  /// letter, or why not; `overloaded` where nobody answered in time: telling it again does no harm.
  [[nodiscard]] Result<std::string> tell(const std::string& endpoint, Handle handle);

 private:
  [[nodiscard]] zmq::socket_t& socket(const std::string& endpoint);
  /// Sends a message and waits for the REPLY to its request.
  [[nodiscard]] Result<std::string> exchange(const std::string& endpoint, std::string_view message,
                                             std::uint64_t request);

  zmq::context_t context_;
  const std::uint32_t timeout_ms_;
  const std::optional<CurveKeys> keys_;
  std::map<std::string, zmq::socket_t> sockets_;
  std::uint64_t next_request_ = 1;
};

}  // namespace florin
