#pragma once

#include <atomic>
#include <cstdint>

namespace florin {

/// How often somebody was turned away at a door of this process. Any thread.
struct DoorCounts {
  std::atomic<std::uint64_t> keys_refused{0};     ///< connections: the key is not known, or has not the role
  std::atomic<std::uint64_t> queries_refused{0};  ///< for want of the role `read`
};

}  // namespace florin
