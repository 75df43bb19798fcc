#pragma once

/// Kills a node, or its parts, at random moments under load, again and again, and holds what its client was
/// told against what the journals say afterwards.

#include <cstdint>
#include <string>

#include "tests/slow/recorded_load.hpp"

namespace florin::test {

struct KillPlan {
  std::string runner;  ///< the program that is started and killed
  int kills = 0;
  std::uint64_t seed = 0;
};

/// The whole node, each time.
[[nodiscard]] KillReport kill_again_and_again(const KillPlan& plan);

/// One of the parts at a time, each in a process of its own.
[[nodiscard]] KillReport kill_parts_again_and_again(const KillPlan& plan);

/// FLORIN_SEED of the environment, or a fresh one.
[[nodiscard]] std::uint64_t seed_of_environment();

}  // namespace florin::test
