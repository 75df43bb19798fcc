#pragma once

/// What a seed decides before anything happens: how large the world is, how small its limits are, and which
/// faults come how often. Each kind of fault is left out of some seeds, so that no kind hides what another
/// would show.

#include <cstdint>
#include <string>

#include "client/session.hpp"
#include "logic/router_logic.hpp"
#include "logic/subscription.hpp"
#include "storage/write_back_shard.hpp"
#include "tests/simulation/random.hpp"

namespace florin::sim {

struct Plan {
  std::uint16_t shards = 1;
  unsigned workers = 1;
  unsigned clients = 1;
  unsigned wallets = 1;
  unsigned commands_per_client = 100;
  std::int64_t busy_us = 10'000'000;  ///< until everything is healed

  RouterLimits router;
  SessionSettings session;
  std::size_t client_high_water_mark = 64;
  SubscriptionSettings subscription;
  WriteBackLimits store;

  /// More than are ever under way between router and shard: the window, and what says nothing of work.
  [[nodiscard]] std::size_t backend_high_water_mark() const { return router.window_commands_max + 16; }

  // Mean time between two of a kind; 0 for never.
  std::int64_t cut_every_us = 0;
  std::int64_t slow_every_us = 0;
  std::int64_t kill_every_us = 0;
  std::int64_t full_disk_every_us = 0;
  std::int64_t clock_step_every_us = 0;
  std::int64_t nonsense_every_us = 0;
  std::uint64_t pub_drop_per_mille = 0;
  std::uint64_t unknown_outcome_per_mille = 0;
  std::uint64_t reopen_fails_per_mille = 0;
  std::uint64_t async_per_mille = 0;  ///< of the commands that clients send
  bool places_shards = false;         ///< the router spreads the shards; otherwise each worker has its own
  std::uint32_t lease_ms = 0;         ///< of workers that are told their shards
  std::int64_t freeze_every_us = 0;   ///< of those workers, as the next one
  std::int64_t leave_every_us = 0;
};

[[nodiscard]] Plan plan_of(Random random);
[[nodiscard]] std::string text(const Plan& plan);

}  // namespace florin::sim
