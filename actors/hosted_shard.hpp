#pragma once

/// A shard that a worker was told to hold: a thread that takes the lock, opens the store, serves, and lets go
/// again when it is asked to. Its query door has a thread of its own while the store is open.
///
///     lock, again and again ──> open ──> serve ──asked──> decide what is here ──> close doors ──> write back
///       ^                         │                                               ──> close ──> unlock
///       └──── refused: pause <────┘
///
/// The doors are closed, for certain, before the lock is free: the next owner opens the same.

#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "actors/commit_guard.hpp"
#include "actors/parts.hpp"
#include "protocol/ownership.hpp"

namespace florin {

class HostedShard {
 public:
  /// Starts the thread.
  HostedShard(const Process& process, ShardIndex shard, StoreDecorator decorate, Lease& lease,
              EndProcess end);
  /// Waits for the thread.
  ~HostedShard();
  HostedShard(const HostedShard&) = delete;
  HostedShard& operator=(const HostedShard&) = delete;

  void ask_to_stop() { stopping_ = true; }

  struct Report {
    Hold hold = Hold::waiting;
    std::string reason;
    bool stopped = false;  ///< the thread is about to end, and holds nothing
  };
  /// By the worker's thread. Rethrows what ended the shard's thread.
  [[nodiscard]] Report report();
  [[nodiscard]] bool hangs();

 private:
  void run();
  void hold_once();
  void serve(ShardPart& part);
  [[nodiscard]] std::optional<PartLock> wait_for_lock();
  void set(Hold hold, std::string reason = {});
  void refuse(const char* why);
  void pause(std::uint32_t pause_ms);

  const Process& process_;
  const ShardIndex shard_;
  const StoreDecorator decorate_;
  Lease& lease_;
  const EndProcess end_;
  ShardPulse pulse_;
  HangWatch watch_;
  std::uint32_t refused_pause_ms_ = 0;  ///< doubles while it is refused again and again
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;  ///< guards the two below
  Report report_;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace florin
