#include "actors/agent.hpp"

#include <pthread.h>

namespace florin {

namespace {

/// How long a round may wait: what a stop takes at most.
constexpr int kRoundTimeoutMs = 50;

}  // namespace

AgentThreads::~AgentThreads() {
  stop(0);
}

void AgentThreads::start(Stage stage, AgentFactory make_agent) {
  threads_[static_cast<std::size_t>(stage)].emplace_back(
      [this, stage, make_agent = std::move(make_agent)] { drive(stage, make_agent); });
}

void AgentThreads::drive(Stage stage, const AgentFactory& make_agent) {
  const std::atomic<bool>& stopping = stopping_[static_cast<std::size_t>(stage)];
  try {
    const auto agent = make_agent();
    pthread_setname_np(pthread_self(), agent->name().substr(0, 15).c_str());
    while (!stopping.load(std::memory_order_relaxed)) {
      agent->round(kRoundTimeoutMs);
    }
    while (may_drain() && agent->drain_round(kRoundTimeoutMs)) {
    }
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) {
      failure_ = std::current_exception();
    }
    failed_ = true;
  }
}

void AgentThreads::stop(std::uint32_t drain_timeout_ms) {
  drain_until_ = Clock::now() + std::chrono::milliseconds(drain_timeout_ms);
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    stopping_[stage] = true;
    for (std::thread& thread : threads_[stage]) {
      if (thread.joinable()) {
        thread.join();
      }
    }
  }
}

void AgentThreads::rethrow_failure() {
  if (failure_) {
    std::rethrow_exception(failure_);
  }
}

}  // namespace florin
