#include "tests/simulation/shard_parts.hpp"

#include "logic/queries.hpp"
#include "tests/simulation/describe.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kTickUs = 20'000;
constexpr std::int64_t kHeadEveryUs = 1'000'000;
/// What a commit takes, from the work to the results.
constexpr std::int64_t kCommitMinUs = 50;
constexpr std::int64_t kCommitMaxUs = 5'000;

std::unique_ptr<ShardStore> make_store(World& world, Process& process, SyncedShard& synced) {
  const Plants& plants = world.options.plants;
  auto disk =
      decorated<ShardDisk>(plants.shard_disk, std::make_unique<SimShardDisk>(synced, process, world.judge));
  return decorated<ShardStore>(
      plants.shard_store, std::make_unique<SimShardStore>(std::move(disk), synced.secret, world.plan.store));
}

}  // namespace

ShardActor::ShardActor(World& world, Process& process, ShardIndex shard, ShardStore& store)
    : Actor(process, fmt::format("{} shard {}", process.name(), shard.value())),
      world_(world),
      shard_(shard),
      logic_(store, {world.lineage, shard, process.name(), 10, 500, world.plan.router.heartbeat_ms},
             observer_),
      backend_(world.network, *this, "backend", {world.plan.backend_high_water_mark(), true}),
      events_(world.network, *this, events_address(shard)) {
  wake_after(process.random().scaled(10, 100'000));
}

void ShardActor::ask_to_stop() {
  stopping_ = true;
  wake_after(1);
}

void ShardActor::round() {
  if (stopping_ && !logic_.can_decide()) {
    stopped_ = true;
    return;
  }
  while (!stopping_) {
    const auto work = backend_.receive();
    if (!work) {
      break;
    }
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
  const bool is_busy = stopping_ || logic_.has_work(wall());
  wake_after(is_busy ? process().random().scaled(kCommitMinUs, kCommitMaxUs) : kTickUs);
}

void ShardActor::carry_out(const ShardEffects& effects) {
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

void ShardActor::tell(const std::string& message) {
  if (process().trace().on()) {
    process().trace().say(name(), "{}", describe(message));
  }
}

void ShardActor::publish_head() {
  if (logic_.position().ordinal != BatchOrdinal(0)) {
    Writer writer;
    encode_position(writer, logic_.position());
    events_.publish("head", std::string(writer.view()));
  }
}

ShardParts::ShardParts(World& world, Process& process, ShardIndex shard, const Decorate<ShardStore>& guard)
    : store(decorated<ShardStore>(guard, make_store(world, process, *world.shard_disks[shard.value()]))),
      actor(world, process, shard, *store),
      queries(world, process, query_address(shard),
              shard_queries(*store, [] { return std::string("\x80"); })) {}

}  // namespace florin::sim
