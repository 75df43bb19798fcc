#pragma once

/// The shell of an actor: it owns sockets and a store, waits for input, hands it to the logic and sends what
/// the logic says. One thread drives it.

#include <array>
#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace florin {

class Agent {
 public:
  virtual ~Agent() = default;
  /// For logs and thread names; at most 15 characters.
  [[nodiscard]] virtual std::string name() const = 0;
  /// One bounded round: waits for input no longer than `timeout_ms`, handles it and returns.
  virtual void round(int timeout_ms) = 0;
  /// One bounded round of the end: takes nothing new and brings to its end what was taken. Says whether
  /// something is left to do.
  [[nodiscard]] virtual bool drain_round(int /*timeout_ms*/) { return false; }
};

/// Makes an agent on the thread that will drive it: sockets and stores belong to one thread.
using AgentFactory = std::function<std::unique_ptr<Agent>()>;

/// The order in which threads end. Each stage has ended before the next begins to: what the router has taken
/// still needs shards, what shards have decided still reaches the consumers, and they ask at the doors.
enum class Stage : std::uint8_t { senders, router, shards, consumers, doors };
inline constexpr std::size_t kStages = 5;

/// Threads of agents. The first failure stops them all.
class AgentThreads {
 public:
  AgentThreads() = default;
  ~AgentThreads();
  AgentThreads(const AgentThreads&) = delete;
  AgentThreads& operator=(const AgentThreads&) = delete;

  void start(Stage stage, AgentFactory make_agent);
  /// Asks all to end, stage by stage, and waits. After `drain_timeout_ms` nobody brings anything to its end
  /// any more; nor does anybody after a failure.
  void stop(std::uint32_t drain_timeout_ms);
  [[nodiscard]] bool failed() const { return failed_; }
  /// Rethrows the first failure, if there was one. After stop().
  void rethrow_failure();

 private:
  using Clock = std::chrono::steady_clock;

  void drive(Stage stage, const AgentFactory& make_agent);
  [[nodiscard]] bool may_drain() const { return !failed_ && Clock::now() < drain_until_.load(); }

  std::array<std::atomic<bool>, kStages> stopping_{};
  std::atomic<Clock::time_point> drain_until_{Clock::time_point::min()};
  std::atomic<bool> failed_{false};
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::array<std::vector<std::thread>, kStages> threads_;
};

}  // namespace florin
