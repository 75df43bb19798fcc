#pragma once

/// What stands between a shard of a worker and its commits: a lease, and a pulse that shows whether the
/// shard's thread still goes round.
///
/// A process that was stopped (SIGSTOP, `docker pause`) for longer than its lease must not go on as if
/// nothing had happened. The worker's control thread renews the lease each round; when it, or a shard that is
/// about to commit, sees that the last renewal is too long ago, the process ends before anything is
/// committed.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>

#include "storage/shard_store.hpp"

namespace florin {

/// Milliseconds of a clock that is never set and runs on while the process is stopped.
[[nodiscard]] std::int64_t steady_ms();

/// For any threads. Once lost it stays lost, whoever sees it first.
class Lease {
 public:
  explicit Lease(std::uint32_t lease_ms) : lease_ms_(lease_ms), renewed_ms_(steady_ms()) {}

  /// Whether it still holds.
  [[nodiscard]] bool holds();
  /// The same, and makes it longer. By one thread.
  [[nodiscard]] bool renew();

 private:
  const std::int64_t lease_ms_;
  std::atomic<std::int64_t> renewed_ms_;
  std::atomic<bool> lost_{false};
};

/// Written by a shard's thread, read by the worker's.
struct ShardPulse {
  std::atomic<std::uint64_t> rounds{0};
  std::atomic<bool> is_committing{false};  ///< or opening: with the disk, which may take its time
};

/// Says that a shard's thread hangs when its pulse has stood still for too long. What the watcher itself
/// missed, because the process was stopped or the machine busy, does not count.
class HangWatch {
 public:
  HangWatch(std::uint32_t hang_timeout_ms, std::uint32_t commit_hang_timeout_ms)
      : hang_timeout_ms_(hang_timeout_ms), commit_hang_timeout_ms_(commit_hang_timeout_ms) {}

  /// To be asked several times a second.
  [[nodiscard]] bool hangs(std::uint64_t rounds, bool is_committing, std::int64_t now_ms);

 private:
  const std::int64_t hang_timeout_ms_;
  const std::int64_t commit_hang_timeout_ms_;
  std::uint64_t rounds_ = 0;
  bool is_committing_ = false;
  std::int64_t asked_ms_ = 0;
  std::int64_t still_ms_ = 0;
};

/// Ends the process at once, saying why.
using EndProcess = std::function<void(const char* why)>;

/// A shard's store whose commits need the lease.
[[nodiscard]] std::unique_ptr<ShardStore> guard_commits(std::unique_ptr<ShardStore> store, Lease& lease,
                                                        ShardPulse& pulse, EndProcess end);

}  // namespace florin
