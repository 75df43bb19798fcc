#pragma once

/// One run: builds the world of a seed, lets it be busy among faults, heals it, and waits until it has
/// settled.
///
///     clients ──front──> router ──backend──> workers (shards) ──events.N──> accounting
///                          │                    └─────────────query.N─────> dead-letter
///                          └── router.query ──────────────────────────────────┘

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulation/consumer_disks.hpp"
#include "tests/simulation/judge.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/plan.hpp"
#include "tests/simulation/planted.hpp"
#include "tests/simulation/process.hpp"
#include "tests/simulation/shard_disk.hpp"
#include "tests/simulation/shard_lock.hpp"

namespace florin::sim {

/// After healing, everything must have settled within this much virtual time.
inline constexpr std::int64_t kSettleMaxUs = 60'000'000;

struct Options {
  std::uint64_t seed = 0;
  bool trace = false;
  Plants plants;
};

struct Outcome {
  std::optional<std::string> violation;
  std::vector<std::string> trace;
  std::string plan;
  std::uint64_t events = 0;
  std::uint64_t decided = 0;   ///< entries in the journals
  std::uint64_t answered = 0;  ///< commands whose client was told
  std::int64_t settled_after_us = 0;
};

[[nodiscard]] Outcome simulate(const Options& options);

class ClientBook;

/// What processes are built from. Lives as long as the run.
class World {
 public:
  explicit World(const Options& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] Outcome run();

  const Options& options;
  Random random;
  const Plan plan;
  Scheduler scheduler;
  Trace trace;
  Judge judge;
  Network network;
  DiskFaults disk_faults;
  Id128 lineage;
  std::vector<std::unique_ptr<SyncedShard>> shard_disks;
  std::vector<ShardLock> shard_locks;
  RouterDisk router_disk;
  AccountingDisk accounting_disk;
  DeadLetterDisk dead_letter_disk;
  std::vector<std::unique_ptr<ClientBook>> books;
  bool healed = false;
  SubmissionId next_submission = 1;
  /// Commands that somebody has sent to a wallet: ids to meet.
  std::map<std::string, std::vector<Command>> used_ids;

  /// The wallets, shared by all clients.
  [[nodiscard]] const std::vector<std::string>& wallets() const { return wallets_; }

 private:
  void build_processes();
  void schedule_faults();
  void repeat(std::int64_t every_us, const std::function<void()>& fault);
  void kill_one();
  /// A worker, where the router places the shards and there is one alive.
  [[nodiscard]] Process* some_worker();
  void heal();
  [[nodiscard]] bool settled() const;
  [[nodiscard]] std::string unsettled() const;
  void wait_until_settled(Outcome& outcome);

  std::vector<std::string> wallets_;
  std::vector<std::unique_ptr<Process>> processes_;
};

[[nodiscard]] Disk make_disk(World& world, const std::string& name);

}  // namespace florin::sim
