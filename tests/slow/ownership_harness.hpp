#pragma once

/// Workers that come, leave, die and stand still at random moments under load, and a router that is killed;
/// and what the client was told, held against what the journals say afterwards.

#include "tests/slow/recorded_load.hpp"

namespace florin::test {

struct SchedulePlan {
  int events = 0;
  std::uint64_t seed = 0;
};

/// `kills` of the report counts the events.
[[nodiscard]] KillReport move_shards_at_random(const SchedulePlan& plan);

}  // namespace florin::test
