#pragma once

#include <cstddef>
#include <cstdint>

namespace florin {

/// Where the router's queues, messages and logs end. Beyond each it says so: see docs/OPERATIONS.md.
struct RouterLimits {
  std::size_t message_bytes_max = std::size_t{4} << 20U;
  std::size_t commands_per_message_max = 8192;
  std::size_t queue_commands_max = 100'000;   ///< per shard, in flight included
  std::size_t window_commands_max = 16'384;   ///< per shard, sent and not answered
  std::size_t work_commands_max = 4096;       ///< in one WORK message
  std::size_t refused_per_peer_max = 1000;    ///< kept in the refused log, per connection
  std::size_t refused_total_max = 1'000'000;  ///< kept in the refused log, in all
  std::uint32_t overloaded_retry_ms = 100;
  std::uint32_t heartbeat_ms = 250;  ///< how often a shard says READY, and how long it may stay behind
  /// A worker that says nothing for so long is taken for dead.
  std::uint32_t worker_dead_after_ms = 2000;
  std::size_t sessions_max = 10'000;
  std::size_t session_latches_max = 10'000;  ///< wallets held after overload, per session
  std::size_t latches_max = 1'000'000;       ///< the same in all
  /// Commands without an answer, per session, or per connection for those sent without one.
  std::size_t client_in_flight_commands_max = 100'000;
  std::size_t inbox_commands_max = 1'000'000;               ///< accepted and not decided, of all shards
  std::uint64_t inbox_bytes_max = std::uint64_t{1} << 30U;  ///< what the inbox takes of the disk
  std::size_t answers_bytes_max = std::size_t{64} << 10U;   ///< of one ANSWERS
  std::size_t answer_messages_waiting_max = 1000;           ///< for a client that does not read
};

}  // namespace florin
