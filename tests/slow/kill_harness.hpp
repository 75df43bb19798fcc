#pragma once

/// Kills a node at random moments under load, again and again, and holds what its client was told against
/// what the journals say afterwards.

#include <cstdint>
#include <string>
#include <vector>

namespace florin::test {

struct KillPlan {
  std::string runner;  ///< the program that is started and killed
  int kills = 0;
  std::uint64_t seed = 0;
};

struct KillReport {
  int kills = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t sent_again = 0;
  std::vector<std::string> violations;  ///< empty where every promise was kept
};

/// The promises: what was acknowledged is in the journal exactly once, as it was told; everything else could
/// be sent again and is there once too; what was never sent again stands in each wallet in the order of
/// sending; and the books agree (`florin verify`).
[[nodiscard]] KillReport kill_again_and_again(const KillPlan& plan);

/// FLORIN_SEED of the environment, or a fresh one.
[[nodiscard]] std::uint64_t seed_of_environment();

}  // namespace florin::test
