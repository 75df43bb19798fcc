#pragma once

/// Sends commands and collects their answers. Not thread-safe: one thread, one client.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "base/curve_keys.hpp"
#include "protocol/message.hpp"

namespace florin {

class SubmitClient {
 public:
  /// `keys` are for an endpoint over TCP that asks for them.
  SubmitClient(zmq::context_t& context, const std::string& endpoint,
               const std::optional<CurveKeys>& keys = std::nullopt);

  /// Sends one message; gives the number its answers will bear, 0 where the queue is full (try again).
  [[nodiscard]] std::uint64_t submit(std::span<const TracedCommand> commands);
  /// The same for commands that are packed already, well-formed or not.
  [[nodiscard]] std::uint64_t submit_packed(std::span<const std::string> commands);

  /// Answers that are there, after waiting for the first of them no longer than `timeout_ms`.
  [[nodiscard]] std::vector<AddressedAnswer> receive_answers(int timeout_ms);

 private:
  [[nodiscard]] std::uint64_t send_numbered(const std::string& message);

  zmq::socket_t socket_;
  std::uint64_t next_number_ = 1;
};

}  // namespace florin
