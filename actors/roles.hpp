#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/strong.hpp"

namespace florin {

/// Which parts a process hosts.
struct Roles {
  std::string program;  ///< run, router, worker, accounting or dead-letter: for locks, logs and people
  bool router = false;
  std::vector<ShardIndex> shards;
  bool accounting = false;
  bool dead_letter = false;
  bool placed_shards = false;  ///< whichever shards the router says, in the place of `shards`
};

/// Everything in one process.
[[nodiscard]] inline Roles all_roles(std::uint16_t shards) {
  Roles roles{"run", true, {}, true, true};
  for (std::uint16_t i = 0; i < shards; ++i) {
    roles.shards.emplace_back(i);
  }
  return roles;
}

}  // namespace florin
