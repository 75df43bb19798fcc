#include "actors/hosted_shard.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>

#include "access/list_file.hpp"
#include "actors/shard_agent.hpp"

namespace florin {

namespace {

/// How long a round may wait: what a hand-over of an idle shard takes at most, about.
constexpr int kShardRoundTimeoutMs = 20;
/// Between two looks at a lock that somebody else has: a worker that ends lets go within milliseconds, one
/// that is stopped does not.
constexpr std::uint32_t kLockRetryMinMs = 5;
constexpr std::uint32_t kLockRetryMaxMs = 100;

/// Answers queries on a thread of its own, until it is asked to stop or goes.
class QueryThread {
 public:
  QueryThread(const Process& process, const QueryDoor& door)
      : agent_(process.context, {door}, process.config.doors, process.doors, process.flow),
        thread_([this] { run(); }) {}
  ~QueryThread() {
    stopping_ = true;
    thread_.join();
    agent_.close_doors();
  }
  QueryThread(const QueryThread&) = delete;
  QueryThread& operator=(const QueryThread&) = delete;

 private:
  void run() {
    pthread_setname_np(pthread_self(), "queries");
    while (!stopping_) {
      agent_.round(kShardRoundTimeoutMs);
    }
  }

  std::atomic<bool> stopping_{false};
  QueryAgent agent_;
  std::thread thread_;
};

}  // namespace

HostedShard::HostedShard(const Process& process, ShardIndex shard, StoreDecorator decorate, Lease& lease,
                         EndProcess end)
    : process_(process),
      shard_(shard),
      decorate_(std::move(decorate)),
      lease_(lease),
      end_(std::move(end)),
      watch_(process.config.hang_timeout_ms, process.config.commit_hang_timeout_ms),
      thread_([this] { run(); }) {}

HostedShard::~HostedShard() {
  ask_to_stop();
  thread_.join();
}

HostedShard::Report HostedShard::report() {
  const std::lock_guard lock(mutex_);
  if (failure_) {
    std::rethrow_exception(failure_);
  }
  return report_;
}

bool HostedShard::hangs() {
  return watch_.hangs(pulse_.rounds, pulse_.is_committing, steady_ms());
}

void HostedShard::set(Hold hold, std::string reason) {
  const std::lock_guard lock(mutex_);
  report_.hold = hold;
  report_.reason = std::move(reason);
}

void HostedShard::run() {
  pthread_setname_np(pthread_self(), fmt::format("shard-{:03}", shard_.value()).c_str());
  try {
    while (!stopping_) {
      hold_once();
    }
    const std::lock_guard lock(mutex_);
    report_.stopped = true;
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
  }
}

/// A store that cannot be locked or used, or a door that cannot be opened, does not take the worker's other
/// shards with it.
void HostedShard::hold_once() {
  try {
    auto lock = wait_for_lock();
    if (!lock) {
      return;  // asked to stop
    }
    set(Hold::opening);
    pulse_.is_committing = true;  // what is behind the tables is applied again, however much it is
    ShardPart part(process_, shard_, std::move(*lock), [this](std::unique_ptr<ShardStore> store) {
      return guard_commits(decorate_ ? decorate_(std::move(store)) : std::move(store), lease_, pulse_, end_);
    });
    pulse_.is_committing = false;
    refused_pause_ms_ = 0;
    serve(part);
    set(Hold::closing);
    part.finish();
  } catch (const StoreFault& fault) {
    refuse(fault.what());
  } catch (const TransportError& error) {
    refuse(error.what());
  } catch (const AccessError& error) {
    refuse(error.what());  // the list of keys, where it is being edited
  }
}

/// Neither the lock nor the store is held any more.
void HostedShard::refuse(const char* why) {
  pulse_.is_committing = false;
  process_.log.line(LogLevel::error, fmt::format("shard {}", shard_.value()), "refused", {{"reason", why}});
  set(Hold::refused, why);
  const Config& config = process_.config;
  refused_pause_ms_ = std::clamp(2 * refused_pause_ms_, config.fault_retry_min_ms, config.fault_retry_max_ms);
  pause(refused_pause_ms_);
}

std::optional<PartLock> HostedShard::wait_for_lock() {
  std::uint32_t retry_ms = kLockRetryMinMs;
  while (!stopping_) {
    if (auto lock = PartLock::try_lock(process_, process_.data.shard(shard_))) {
      return lock;
    }
    set(Hold::waiting, DirectoryLock::holder(process_.data.shard(shard_)));
    pause(retry_ms);
    retry_ms = std::min(2 * retry_ms, kLockRetryMaxMs);
  }
  return std::nullopt;
}

void HostedShard::serve(ShardPart& part) {
  const auto agent = part.make_agent();
  {
    const QueryThread queries(process_, part.door());
    set(Hold::serving);
    while (!stopping_) {
      agent->round(kShardRoundTimeoutMs);
      ++pulse_.rounds;
    }
    set(Hold::closing);
    while (agent->drain_round(kShardRoundTimeoutMs)) {
      ++pulse_.rounds;
    }
  }
  agent->close_doors();
}

void HostedShard::pause(std::uint32_t pause_ms) {
  constexpr std::uint32_t kLookMs = 10;
  for (std::uint32_t waited = 0; waited < pause_ms && !stopping_; waited += kLookMs) {
    std::this_thread::sleep_for(std::chrono::milliseconds(std::min(kLookMs, pause_ms)));
    ++pulse_.rounds;
  }
}

}  // namespace florin
