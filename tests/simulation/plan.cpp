#include "tests/simulation/plan.hpp"

#include <fmt/format.h>

namespace florin::sim {

namespace {

/// Left out of a third of all seeds.
std::int64_t every(Random& random, std::int64_t low_us, std::int64_t high_us) {
  return random.chance(333) ? 0 : random.scaled(low_us, high_us);
}

std::uint64_t size(Random& random, std::int64_t low, std::int64_t high) {
  return static_cast<std::uint64_t>(random.scaled(low, high));
}

RouterLimits limits_of(Random& random) {
  RouterLimits limits;
  limits.message_bytes_max = size(random, 1000, 16'000);
  limits.commands_per_message_max = size(random, 2, 16);
  // A part of a message that no empty queue could take whole would be refused for ever.
  limits.queue_commands_max = limits.commands_per_message_max + size(random, 1, 64) - 1;
  limits.window_commands_max = size(random, 2, 32);
  limits.work_commands_max = size(random, 1, 8);
  limits.refused_per_peer_max = size(random, 2, 20);
  limits.refused_total_max = size(random, 10, 100);
  limits.heartbeat_ms = static_cast<std::uint32_t>(random.between(30, 300));
  limits.overloaded_retry_ms = static_cast<std::uint32_t>(random.between(5, 100));
  limits.sessions_max = size(random, 1, 12);
  limits.session_latches_max = size(random, 1, 8);
  limits.latches_max = size(random, 1, 16);
  limits.client_in_flight_commands_max = size(random, 1, 64);
  limits.answers_bytes_max = size(random, 100, 4000);
  return limits;
}

SessionSettings session_of(Random& random) {
  SessionSettings settings;
  settings.in_flight_commands_max = size(random, 1, 100);
  settings.commands_per_message_max = size(random, 1, 16);
  settings.message_bytes_max = size(random, 500, 16'000);
  settings.hello_timeout_ms = static_cast<std::uint32_t>(random.between(50, 300));
  settings.answer_timeout_ms = static_cast<std::uint32_t>(random.between(100, 600));
  settings.missing_backoff_max_ms = 2000;
  settings.overload_backoff_max_ms = 500;
  return settings;
}

/// So small that rows are written back, chunks merged and fingerprints shared within a few dozen entries.
WriteBackLimits store_of(Random& random) {
  WriteBackLimits limits;
  limits.wallets.entries_per_sweep = size(random, 2, 60);
  limits.wallets.slice_rows_min = size(random, 1, 4);
  limits.ids.recent_max = size(random, 1, 60);
  limits.ids.partitions = 4;
  limits.ids.merged_by = static_cast<unsigned>(random.between(2, 4));
  limits.ids.fingerprint_bits = static_cast<unsigned>(random.between(3, 12));
  return limits;
}

}  // namespace

Plan plan_of(Random random) {
  Plan plan;
  plan.shards = static_cast<std::uint16_t>(random.between(1, 3));
  plan.workers = static_cast<unsigned>(random.between(1, plan.shards == 1 ? 1 : 2));
  plan.clients = static_cast<unsigned>(random.between(1, 4));
  plan.wallets = static_cast<unsigned>(random.between(1, 7));
  plan.commands_per_client = static_cast<unsigned>(random.scaled(20, 160));
  plan.busy_us = random.scaled(2'000'000, 12'000'000);
  plan.router = limits_of(random);
  plan.session = session_of(random);
  plan.client_high_water_mark = size(random, 4, 64);
  plan.subscription.fetch_bytes_max = size(random, 1, 8000);
  plan.subscription.fetch_timeout_ms = static_cast<std::uint32_t>(random.between(50, 500));
  plan.cut_every_us = every(random, 100'000, 4'000'000);
  plan.slow_every_us = every(random, 200'000, 4'000'000);
  plan.kill_every_us = every(random, 200'000, 5'000'000);
  plan.full_disk_every_us = every(random, 500'000, 5'000'000);
  plan.clock_step_every_us = every(random, 500'000, 5'000'000);
  plan.nonsense_every_us = every(random, 100'000, 2'000'000);
  plan.pub_drop_per_mille = random.chance(333) ? 0 : size(random, 5, 500);
  plan.unknown_outcome_per_mille = random.chance(333) ? 0 : size(random, 2, 100);
  plan.reopen_fails_per_mille = random.chance(500) ? 0 : size(random, 20, 500);
  plan.store = store_of(random);
  Random inbox = random.split("inbox");
  plan.async_per_mille = inbox.chance(333) ? 0 : size(inbox, 50, 1000);
  plan.router.inbox_commands_max = plan.router.commands_per_message_max + size(inbox, 1, 200);
  Random workers = random.split("workers");
  plan.places_shards = workers.chance(667);
  if (plan.places_shards) {
    plan.workers = static_cast<unsigned>(workers.between(1, 3));
    plan.router.worker_dead_after_ms = static_cast<std::uint32_t>(workers.scaled(200, 2000));
    plan.lease_ms = static_cast<std::uint32_t>(workers.scaled(500, 3000));
    plan.freeze_every_us = every(workers, 500'000, 5'000'000);
    plan.leave_every_us = every(workers, 500'000, 5'000'000);
  }
  return plan;
}

std::string text(const Plan& plan) {
  const RouterLimits& router = plan.router;
  return fmt::format(
      "{} shards, {} workers, {} clients, {} wallets, {} commands per client, busy {:.1f} s; message {} "
      "bytes {} "
      "commands, queue {}, window {}, work {}, sessions {}, latches {}/{}, in flight {}/{}; cut {}, slow {}, "
      "kill {}, full disk {}, clock step {}, "
      "nonsense {} "
      "(us, mean); PUB drops {}, unknown outcome {}, reopen fails {} (per mille); async {} per mille, inbox "
      "{}; shards {}, lease {} ms, freeze {}, leave {} (us, mean); sweep {}, ids {} by {} of {} bits",
      plan.shards, plan.workers, plan.clients, plan.wallets, plan.commands_per_client,
      static_cast<double>(plan.busy_us) / 1e6, router.message_bytes_max, router.commands_per_message_max,
      router.queue_commands_max, router.window_commands_max, router.work_commands_max, router.sessions_max,
      router.session_latches_max, router.latches_max, router.client_in_flight_commands_max,
      plan.session.in_flight_commands_max, plan.cut_every_us, plan.slow_every_us, plan.kill_every_us,
      plan.full_disk_every_us, plan.clock_step_every_us, plan.nonsense_every_us, plan.pub_drop_per_mille,
      plan.unknown_outcome_per_mille, plan.reopen_fails_per_mille, plan.async_per_mille,
      router.inbox_commands_max, plan.places_shards ? "placed" : "fixed", plan.lease_ms, plan.freeze_every_us,
      plan.leave_every_us, plan.store.wallets.entries_per_sweep, plan.store.ids.recent_max,
      plan.store.ids.merged_by, plan.store.ids.fingerprint_bits);
}

}  // namespace florin::sim
