#pragma once

/// The shell of an actor: it owns sockets and a store, waits for input, hands it to the logic and sends what
/// the logic says. One thread drives it.

#include <atomic>
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
};

/// Makes an agent on the thread that will drive it: sockets and stores belong to one thread.
using AgentFactory = std::function<std::unique_ptr<Agent>()>;

/// Threads of agents. The first failure stops them all.
class AgentThreads {
 public:
  AgentThreads() = default;
  ~AgentThreads();
  AgentThreads(const AgentThreads&) = delete;
  AgentThreads& operator=(const AgentThreads&) = delete;

  void start(AgentFactory make_agent);
  /// Asks all to end after their round, and waits.
  void stop();
  [[nodiscard]] bool failed() const { return failed_; }
  /// Rethrows the first failure, if there was one. After stop().
  void rethrow_failure();

 private:
  void drive(const AgentFactory& make_agent);

  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

}  // namespace florin
