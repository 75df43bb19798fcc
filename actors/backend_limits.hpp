#pragma once

#include "logic/router_limits.hpp"
#include "transport/socket.hpp"

namespace florin {

/// The queues between router and shards end above what the window lets be under way: twice, because
/// everything may be sent again before the shard has read the first time, and some more for READY. Only who
/// does not read at all reaches it; what is not sent then is noticed by its number.
[[nodiscard]] inline SocketLimits backend_limits(const RouterLimits& limits) {
  constexpr int kReserve = 1000;
  return {2 * static_cast<int>(limits.window_commands_max) + kReserve, -1};
}

}  // namespace florin
