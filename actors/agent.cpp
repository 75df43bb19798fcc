#include "actors/agent.hpp"

#include <pthread.h>

namespace florin {

namespace {

/// How long a round may wait: what a stop takes at most.
constexpr int kRoundTimeoutMs = 50;

}  // namespace

AgentThreads::~AgentThreads() {
  stop();
}

void AgentThreads::start(AgentFactory make_agent) {
  threads_.emplace_back([this, make_agent = std::move(make_agent)] { drive(make_agent); });
}

void AgentThreads::drive(const AgentFactory& make_agent) {
  try {
    const auto agent = make_agent();
    pthread_setname_np(pthread_self(), agent->name().substr(0, 15).c_str());
    while (!stopping_.load(std::memory_order_relaxed)) {
      agent->round(kRoundTimeoutMs);
    }
  } catch (...) {
    const std::lock_guard lock(failure_mutex_);
    if (!failure_) {
      failure_ = std::current_exception();
    }
    failed_ = true;
  }
}

void AgentThreads::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) {
    if (thread.joinable()) {
      thread.join();
    }
  }
}

void AgentThreads::rethrow_failure() {
  if (failure_) {
    std::rethrow_exception(failure_);
  }
}

}  // namespace florin
