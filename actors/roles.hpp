#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "runtime/process_name.hpp"

namespace florin {

/// Which parts a process hosts.
struct Roles {
  /// run, router, worker, accounting, dead-letter or gateway: for locks, logs and people.
  std::string program;
  bool router = false;
  std::vector<ShardIndex> shards = {};
  bool accounting = false;
  bool dead_letter = false;
  bool placed_shards = false;  ///< whichever shards the router says, in the place of `shards`
  bool gateway = false;
  NameBy name_by = NameBy::process;
};

/// Everything in one process.
[[nodiscard]] inline Roles all_roles(std::uint16_t shards) {
  Roles roles{.program = "run", .router = true, .accounting = true, .dead_letter = true, .gateway = true};
  for (std::uint16_t i = 0; i < shards; ++i) {
    roles.shards.emplace_back(i);
  }
  return roles;
}

}  // namespace florin
