// A worker's process that holds the shards that the router tells it to.

#include "logic/worker_logic.hpp"
#include "tests/simulation/describe.hpp"
#include "tests/simulation/shard_parts.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kTickUs = 20'000;
constexpr std::int64_t kLockRetryMinUs = 5'000;
constexpr std::int64_t kLockRetryMaxUs = 100'000;

/// How long the worker may have stood still and still commit.
struct Lease {
  const Scheduler& scheduler;
  const std::int64_t lease_us;
  TimeUs renewed = scheduler.now();

  [[nodiscard]] bool holds() const { return scheduler.now() <= renewed.plus(lease_us); }
};

/// A store whose commits need the lease: without it the process ends first.
class LeasedStore : public ShardStore {
 public:
  LeasedStore(std::unique_ptr<ShardStore> honest, const Lease& lease)
      : honest_(std::move(honest)), lease_(lease) {}

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override { return honest_->snapshot(); }
  void commit(const Commit& commit) override {
    if (!lease_.holds()) {
      throw Killed{};
    }
    honest_->commit(commit);
  }
  void reopen() override { honest_->reopen(); }
  void finish() override {
    if (lease_.holds()) {
      honest_->finish();
    }
  }

 private:
  std::unique_ptr<ShardStore> honest_;
  const Lease& lease_;
};

/// The thread of one shard: waits for its lock, serves it, lets go.
class HostedShard : public Actor {
 public:
  HostedShard(World& world, Process& process, ShardIndex shard, const Lease& lease, Actor& worker)
      : Actor(process, fmt::format("{} hosts shard {}", process.name(), shard.value())),
        world_(world),
        shard_(shard),
        lease_(lease),
        worker_(worker) {
    wake_after(1);
  }

  void ask_to_stop() {
    stopping_ = true;
    wake_after(1);
  }
  [[nodiscard]] Hold hold() const { return hold_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] bool has_stopped() const { return stopped_; }

 protected:
  void round() override {
    if (parts_ != nullptr) {
      serve();
    } else if (stopping_) {
      stopped_ = true;
      worker_.wake_after(1);
    } else {
      take_lock();
    }
  }

 private:
  void take_lock() {
    ShardLock& lock = world_.shard_locks[shard_.value()];
    lock_ = try_lock(lock, process().name());
    if (lock_ == nullptr && world_.options.plants.replaces_locks) {
      lock.holder.reset();
      lock_ = try_lock(lock, process().name());
    }
    if (lock_ == nullptr) {
      set(Hold::waiting, *lock.holder.lock());
      wake_after(process().random().scaled(kLockRetryMinUs, kLockRetryMaxUs));
      return;
    }
    set(Hold::opening);
    then([this] {
      parts_ = std::make_unique<ShardParts>(world_, process(), shard_, [this](auto honest) {
        return std::make_unique<LeasedStore>(std::move(honest), lease_);
      });
      set(Hold::serving);
    });
    wake_after(kTickUs);
  }

  void serve() {
    if (!stopping_) {
      wake_after(kTickUs);
      return;
    }
    if (hold_ != Hold::closing) {
      set(Hold::closing);
      parts_->actor.ask_to_stop();
    }
    if (parts_->actor.has_stopped()) {
      then([this] { let_go(); });
    }
    wake_after(kLockRetryMinUs);
  }

  void let_go() {
    try {
      parts_->store->finish();
    } catch (const StoreFault& fault) {
      process().trace().say(name(), "leaves rows to its next owner: {}", fault.what());
    }
    parts_.reset();
    lock_.reset();
    process().trace().say(name(), "lets go");
  }

  void set(Hold hold, std::string reason = {}) {
    hold_ = hold;
    reason_ = std::move(reason);
    worker_.wake_after(1);
  }

  World& world_;
  const ShardIndex shard_;
  const Lease& lease_;
  Actor& worker_;
  HeldLock lock_;
  std::unique_ptr<ShardParts> parts_;  ///< while it has the lock
  Hold hold_ = Hold::waiting;
  std::string reason_;
  bool stopping_ = false;
  bool stopped_ = false;
};

WorkerSettings settings_of(World& world, Process& process) {
  WorkerSettings settings;
  settings.worker = fixed_from<Id128>(fmt::format("{} {}", process.name(), process.life()));
  settings.name = process.name();
  settings.shards = world.plan.shards;
  settings.alive_ms = world.plan.router.heartbeat_ms;
  return settings;
}

class WorkerActor : public Actor {
 public:
  WorkerActor(World& world, Process& process)
      : Actor(process, process.name()),
        world_(world),
        lease_{process.scheduler(), std::int64_t{world.plan.lease_ms} * 1000},
        logic_(settings_of(world, process)),
        backend_(world.network, *this, "backend", {16, true}) {
    wake_after(1);
  }

  void leave() {
    if (!leaving_) {
      leaving_ = true;
      logic_.leave(wall());
    }
  }

 protected:
  void round() override {
    if (!lease_.holds()) {
      process().trace().say(name(), "stood still for longer than its lease");
      throw Killed{};
    }
    lease_.renewed = process().scheduler().now();
    read_placements();
    read_reports();
    carry_out(logic_.step(wall()));
    if (leaving_ && logic_.is_empty()) {
      then([] { throw Killed{}; });  // it ends, and is started again some time later
    }
    wake_after(kTickUs);
  }

 private:
  void read_placements() {
    while (const auto message = backend_.receive()) {
      if (const auto heard = logic_.on_placement(message->bytes); !heard) {
        world_.judge.violated("a worker does not understand the router: " + heard.error().detail);
      }
    }
  }

  void read_reports() {
    for (auto shard = shards_.begin(); shard != shards_.end();) {
      if (shard->second->has_stopped()) {
        logic_.on_stopped(shard->first);
        shard = shards_.erase(shard);
        continue;
      }
      logic_.on_report(shard->first, shard->second->hold(), shard->second->reason());
      ++shard;
    }
  }

  void carry_out(const WorkerEffects& effects) {
    for (const ShardIndex shard : effects.start) {
      shards_[shard] = std::make_unique<HostedShard>(world_, process(), shard, lease_, *this);
    }
    for (const ShardIndex shard : effects.stop) {
      shards_.at(shard)->ask_to_stop();
    }
    if (!effects.alive.empty()) {
      then([this, alive = effects.alive] {
        process().trace().say(name(), "says it is alive");
        static_cast<void>(backend_.send(alive));
      });
    }
  }

  World& world_;
  Lease lease_;
  WorkerLogic logic_;
  Plug backend_;
  std::map<ShardIndex, std::unique_ptr<HostedShard>> shards_;
  bool leaving_ = false;
};

class PlacedWorkerParts : public Parts {
 public:
  PlacedWorkerParts(World& world, Process& process) : worker_(world, process) {}
  void leave() override { worker_.leave(); }

 private:
  WorkerActor worker_;
};

}  // namespace

std::unique_ptr<Parts> make_placed_worker(World& world, Process& process) {
  return std::make_unique<PlacedWorkerParts>(world, process);
}

}  // namespace florin::sim
