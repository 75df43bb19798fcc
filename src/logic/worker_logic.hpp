#pragma once

/// A worker that holds what the router tells it to: starts and stops shards, and says ALIVE.
///
///     told ──start──> waiting ──lock──> opening ──> serving ──told no more──> closing ──> not hosted
///
/// Starting a shard gives it a thread; what the thread reports is claimed. A shard is stopped when the router
/// tells the worker so, or when the worker is asked to end and no router has told it anything for a while.
///
/// One thread drives it; the shell (actors/worker_agent.hpp) owns threads and sockets.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/ownership.hpp"

namespace florin {

struct WorkerSettings {
  Id128 worker;
  std::string name;
  std::uint16_t shards = 0;            ///< of the data directory
  std::uint32_t alive_ms = 250;        ///< how often ALIVE is said where nothing changes
  std::uint32_t leave_alone_ms = 500;  ///< how long one that leaves waits to be told so
};

/// What a step wants done. Empty members mean nothing.
struct WorkerEffects {
  std::vector<ShardIndex> start;
  std::vector<ShardIndex> stop;
  std::string alive;  ///< to the router
};

class WorkerLogic {
 public:
  explicit WorkerLogic(WorkerSettings settings) : settings_(std::move(settings)) {}

  /// A PLACEMENT. An older one, or one of a router that is no more, changes nothing.
  [[nodiscard]] Result<void> on_placement(std::string_view bytes);
  /// How a shard that was started is now.
  void on_report(ShardIndex shard, Hold hold, std::string_view reason);
  /// Its thread has ended, and the lock is free.
  void on_stopped(ShardIndex shard);
  /// Asked to end. Comes once.
  void leave(TimeUs now);

  [[nodiscard]] WorkerEffects step(TimeUs now);

  /// How it has the shards that it was told to hold, as the router hears it.
  [[nodiscard]] std::vector<Claim> claims() const;
  [[nodiscard]] bool is_empty() const { return hosted_.empty(); }
  /// Something is about to change: a short wait is worth it.
  [[nodiscard]] bool is_moving() const;

 private:
  struct Hosted {
    Hold hold = Hold::waiting;
    std::string reason;
    bool stopping = false;
  };

  [[nodiscard]] bool is_told(ShardIndex shard) const;
  [[nodiscard]] std::string alive() const;

  const WorkerSettings settings_;
  Placement told_;
  std::map<ShardIndex, Hosted> hosted_;
  bool leaving_ = false;
  TimeUs leaving_since_;
  bool changed_ = true;  ///< since the last ALIVE
  TimeUs said_;
};

}  // namespace florin
