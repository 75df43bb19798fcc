#pragma once

/// Shows transactions as they pass: a line for each step while few pass, a line a second once there are many.
/// Called by every actor's thread.

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "logic/flow.hpp"
#include "runtime/log.hpp"

namespace florin {

class FlowLog : public FlowObserver {
 public:
  FlowLog(Log& log, std::string worker, std::uint32_t lines_per_second_max);

  void received(const Command& command) override;
  void queued(const Command& command, ShardIndex shard, std::size_t queue_depth) override;
  void refused(const Problem& problem, std::string_view bytes) override;
  void turned_away(std::string_view who, const Problem& problem) override;
  void decided(const Entry& entry, ShardIndex shard) override;
  void repeated(const Entry& original, ShardIndex shard) override;
  void accounted(const Entry& entry, const Account& account) override;
  void dead_lettered(const Letter& letter) override;
  void fault(std::string_view who, std::string_view what) override;

  /// Once a second, by one thread: says in one line what was not shown, and opens the next second.
  void tick();

 private:
  enum Step : std::uint8_t {
    kReceived,
    kQueued,
    kRefused,
    kCompleted,
    kRejected,
    kRepeated,
    kAccounted,
    kLettered,
    kSteps
  };

  /// Counts the step; whether it may have a line of its own.
  [[nodiscard]] bool count(Step step);

  Log& log_;
  const std::string worker_;
  const std::uint32_t lines_max_;
  // Each in a cache line of its own, or the threads of all actors would wait for one another's counting.
  static constexpr std::size_t kCacheLine = 64;
  struct alignas(kCacheLine) Count {
    std::atomic<std::uint64_t> value{0};
  };

  alignas(kCacheLine) std::atomic<std::uint32_t> lines_{0};
  alignas(kCacheLine) std::atomic<bool> hidden_{false};
  std::array<Count, kSteps> counts_{};
};

}  // namespace florin
