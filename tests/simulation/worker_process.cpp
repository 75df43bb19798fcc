// A worker's process: its shards, each a thread, and their query doors.

#include "logic/shard_logic.hpp"
#include "tests/simulation/describe.hpp"
#include "tests/simulation/processes.hpp"
#include "tests/simulation/query_actor.hpp"
#include "tests/simulation/world.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kTickUs = 20'000;
constexpr std::int64_t kHeadEveryUs = 1'000'000;
/// What a commit takes, from the work to the results.
constexpr std::int64_t kCommitMinUs = 50;
constexpr std::int64_t kCommitMaxUs = 5'000;

class ShardActor : public Actor {
 public:
  ShardActor(World& world, Process& process, ShardIndex shard, ShardStore& store)
      : Actor(process, fmt::format("{} shard {}", process.name(), shard.value())),
        world_(world),
        shard_(shard),
        logic_(store, {world.lineage, shard, process.name(), 10, 500, world.plan.router.heartbeat_ms},
               observer_),
        backend_(world.network, *this, "backend", {world.plan.backend_high_water_mark(), true}),
        events_(world.network, *this, events_address(shard)) {
    wake_after(process.random().scaled(10, 100'000));
  }

 protected:
  void round() override {
    while (const auto work = backend_.receive()) {
      logic_.receive(work->bytes);
    }
    // Twice the window: all may be sent anew while answers to it are under way.
    if (logic_.status().inbox > 2 * world_.plan.router.window_commands_max) {
      world_.judge.violated(fmt::format("{} holds more than twice the window", name()));
    }
    carry_out(logic_.step(wall()));
    const TimeUs now = process().scheduler().now();
    if (now >= head_due_) {
      head_due_ = now.plus(kHeadEveryUs);
      then([this] { publish_head(); });
    }
    wake_after(logic_.has_work(wall()) ? process().random().scaled(kCommitMinUs, kCommitMaxUs) : kTickUs);
  }

 private:
  void carry_out(const ShardEffects& effects) {
    if (!effects.results.empty()) {
      then([this, results = effects.results] {
        world_.judge.results_leave(name(), results);
        tell(results);
        static_cast<void>(backend_.send(results));
      });
    }
    if (!effects.ready.empty()) {
      then([this, ready = effects.ready] {
        tell(ready);
        static_cast<void>(backend_.send(ready));
      });
    }
    if (!effects.event.empty()) {
      then([this, event = effects.event] {
        world_.judge.event_leaves(event);
        process().trace().say(name(), "publishes up to record {}", logic_.position().ordinal.value());
        events_.publish("shard", event);
      });
    }
  }

  void tell(const std::string& message) {
    if (process().trace().on()) {
      process().trace().say(name(), "{}", describe(message));
    }
  }

  void publish_head() {
    if (logic_.position().ordinal != BatchOrdinal(0)) {
      Writer writer;
      encode_position(writer, logic_.position());
      events_.publish("head", std::string(writer.view()));
    }
  }

  World& world_;
  const ShardIndex shard_;
  FlowObserver observer_;
  ShardLogic logic_;
  Plug backend_;
  Door events_;
  TimeUs head_due_;
};

struct ShardParts {
  ShardParts(World& world, Process& process, ShardIndex shard)
      : store(make_store(world, process, *world.shard_disks[shard.value()])),
        actor(world, process, shard, *store),
        queries(world, process, query_address(shard),
                shard_queries(*store, [] { return std::string("\x80"); })) {}

  static std::unique_ptr<ShardStore> make_store(World& world, Process& process, SyncedShard& synced) {
    const Plants& plants = world.options.plants;
    auto disk =
        decorated<ShardDisk>(plants.shard_disk, std::make_unique<SimShardDisk>(synced, process, world.judge));
    return decorated<ShardStore>(plants.shard_store, std::make_unique<SimShardStore>(
                                                         std::move(disk), synced.secret, world.plan.store));
  }

  std::unique_ptr<ShardStore> store;
  ShardActor actor;
  QueryActor queries;
};

class WorkerParts : public Parts {
 public:
  WorkerParts(World& world, Process& process, unsigned worker) {
    for (std::uint16_t shard = 0; shard < world.plan.shards; ++shard) {
      if (shard % world.plan.workers == worker) {
        shards_.push_back(std::make_unique<ShardParts>(world, process, ShardIndex(shard)));
      }
    }
  }

 private:
  std::vector<std::unique_ptr<ShardParts>> shards_;
};

}  // namespace

std::string events_address(ShardIndex shard) {
  return fmt::format("events.{}", shard.value());
}

std::string query_address(ShardIndex shard) {
  return fmt::format("query.{}", shard.value());
}

std::unique_ptr<Parts> make_worker(World& world, Process& process, unsigned worker) {
  return std::make_unique<WorkerParts>(world, process, worker);
}

}  // namespace florin::sim
