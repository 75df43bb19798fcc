#include "tests/simulation/world.hpp"

#include <algorithm>

#include "tests/simulation/client_book.hpp"
#include "tests/simulation/processes.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kFullMaxUs = 1'500'000;
constexpr std::int64_t kClockStepMaxUs = std::int64_t{2} * 3600 * 1'000'000;
constexpr std::int64_t kLookEveryUs = 100'000;
constexpr std::int64_t kFrozenMinUs = 10'000;
constexpr std::int64_t kFrozenMaxUs = 6'000'000;

}  // namespace

Disk make_disk(World& world, const std::string& name) {
  return {world.scheduler, world.disk_faults, world.random.split("disk " + name)};
}

World::World(const Options& given)
    : options(given),
      random(given.seed),
      plan(plan_of(random.split("plan"))),
      trace(scheduler, given.trace),
      judge(plan.shards),
      network(scheduler, trace, random.split("network")),
      lineage(fixed_from<Id128>("simulated journal")),
      router_disk(make_disk(*this, "router")),
      accounting_disk(make_disk(*this, "accounting")),
      dead_letter_disk(make_disk(*this, "dead letters")) {
  for (std::uint16_t i = 0; i < plan.shards; ++i) {
    shard_disks.push_back(
        std::make_unique<SyncedShard>(make_disk(*this, fmt::format("shard {}", i)), lineage, ShardIndex(i)));
  }
  shard_locks.resize(plan.shards);
  judge.workers_die = plan.kill_every_us != 0 || plan.places_shards;
  for (unsigned i = 0; i < plan.wallets; ++i) {
    wallets_.push_back(fmt::format("w{}", i));
  }
  if (given.plants.rewrite) {
    network.rewrite = given.plants.rewrite();
  }
  network.pub_drop_per_mille = plan.pub_drop_per_mille;
  disk_faults = {plan.unknown_outcome_per_mille, plan.reopen_fails_per_mille};
  build_processes();
  schedule_faults();
}

World::~World() {
  processes_.clear();
}

void World::build_processes() {
  const auto add = [this](const std::string& name, const Process::Make& make) {
    processes_.push_back(
        std::make_unique<Process>(scheduler, trace, random.split("process " + name), name, make));
    Process& process = *processes_.back();
    process.restart_after(random.split("start " + name).scaled(1, 100'000));
  };
  add("router", [this](Process& process) { return make_router(*this, process); });
  for (unsigned i = 0; i < plan.workers; ++i) {
    add(fmt::format("worker {}", i), [this, i](Process& process) {
      return plan.places_shards ? make_placed_worker(*this, process) : make_worker(*this, process, i);
    });
  }
  add("accounting", [this](Process& process) { return make_accounting(*this, process); });
  add("dead-letter", [this](Process& process) { return make_dead_letter(*this, process); });
  for (unsigned i = 0; i < plan.clients; ++i) {
    const std::string name = fmt::format("client {}", i);
    books.push_back(std::make_unique<ClientBook>(*this, fmt::format("c{}", i), random.split("book " + name),
                                                 plan.commands_per_client));
    add(name,
        [this, book = books.back().get()](Process& process) { return make_client(*this, process, *book); });
  }
  add("vandal", [this](Process& process) { return make_vandal(*this, process); });
}

void World::repeat(std::int64_t every_us, const std::function<void()>& fault) {
  if (every_us == 0) {
    return;
  }
  scheduler.after(random.scaled(1 + every_us / 8, every_us * 2), [this, every_us, fault] {
    if (!healed) {
      fault();
      repeat(every_us, fault);
    }
  });
}

void World::schedule_faults() {
  repeat(plan.cut_every_us, [this] { network.cut_one(); });
  repeat(plan.slow_every_us, [this] { network.slow_one(); });
  repeat(plan.kill_every_us, [this] { kill_one(); });
  repeat(plan.full_disk_every_us, [this] {
    std::vector<Disk*> disks{&router_disk.disk, &accounting_disk.disk, &dead_letter_disk.disk};
    for (const auto& shard : shard_disks) {
      disks.push_back(&shard->disk);
      disks.push_back(&shard->disk);
    }
    const std::int64_t full_us = random.scaled(1000, kFullMaxUs);
    trace.say("world", "a disk is full for {} us", full_us);
    disks[random.below(disks.size())]->fill_for(full_us);
  });
  repeat(plan.freeze_every_us, [this] {
    if (Process* worker = some_worker()) {
      worker->freeze(random.scaled(kFrozenMinUs, kFrozenMaxUs));
    }
  });
  repeat(plan.leave_every_us, [this] {
    if (Process* worker = some_worker()) {
      trace.say(worker->name(), "is asked to end");
      worker->parts()->leave();
    }
  });
  repeat(plan.clock_step_every_us, [this] {
    Process& process = *processes_[random.below(processes_.size())];
    const std::int64_t step_us = random.scaled(1000, kClockStepMaxUs) * (random.chance(500) ? 1 : -1);
    trace.say(process.name(), "has its clock stepped by {} us", step_us);
    process.step_clock(step_us);
  });
}

Process* World::some_worker() {
  // The router is the first process, and the workers are next.
  Process& process = *processes_[1 + random.below(plan.workers)];
  return process.alive() ? &process : nullptr;
}

void World::kill_one() {
  Process& process = *processes_[random.below(processes_.size())];
  if (!process.alive()) {
    return;
  }
  const auto effects = static_cast<unsigned>(random.below(8));
  if (effects == 0) {
    process.kill();
  } else {
    process.kill_at_effect(effects);
  }
}

void World::heal() {
  healed = true;
  trace.say("world", "is healed");
  network.heal();
  disk_faults = {};
  router_disk.disk.heal();
  accounting_disk.disk.heal();
  dead_letter_disk.disk.heal();
  for (const auto& shard : shard_disks) {
    shard->disk.heal();
  }
  for (const auto& book : books) {
    book->stop();
  }
  for (const auto& process : processes_) {
    process->kill_at_effect(0);
    process->start();
  }
}

bool World::settled() const {
  return unsettled().empty();
}

std::string World::unsettled() const {
  for (const auto& book : books) {
    if (!book->all_answered()) {
      return fmt::format("client {} waits for answers", book->name());
    }
  }
  if (const auto queued = judge.undecided_queued()) {
    return fmt::format("submission {} was answered `queued` and is not decided", *queued);
  }
  for (const auto& shard : shard_disks) {
    const BatchOrdinal head = judge.head(shard->shard);
    const auto accounted = accounting_disk.positions.find(shard->shard);
    if (accounted == accounting_disk.positions.end() || accounted->second.ordinal != head) {
      return fmt::format("accounting is not at the head of shard {}", shard->shard.value());
    }
    const auto followed = dead_letter_disk.positions.find(shard->shard);
    if (followed == dead_letter_disk.positions.end() || followed->second.position.ordinal != head) {
      return fmt::format("the dead-letter sink is not at the head of shard {}", shard->shard.value());
    }
  }
  if (dead_letter_disk.refused_position.value() != router_disk.refused.size()) {
    return "the dead-letter sink is not at the end of the refused log";
  }
  return {};
}

void World::wait_until_settled(Outcome& outcome) {
  const TimeUs healed_at = scheduler.now();
  const TimeUs deadline = healed_at.plus(kSettleMaxUs);
  while (!judge.violation() && !settled()) {
    if (scheduler.now() >= deadline) {
      judge.violated(
          fmt::format("{} s after everything was healed, {}", kSettleMaxUs / 1'000'000, unsettled()));
      return;
    }
    const TimeUs until = scheduler.now().plus(kLookEveryUs);
    while (!judge.violation() && scheduler.step(until)) {
    }
  }
  outcome.settled_after_us = scheduler.now().value() - healed_at.value();
}

Outcome World::run() {
  Outcome outcome;
  const TimeUs end = scheduler.now().plus(plan.busy_us);
  while (!judge.violation() && scheduler.step(end)) {
  }
  if (!judge.violation()) {
    heal();
    wait_until_settled(outcome);
  }
  if (!judge.violation()) {
    for (const auto& shard : shard_disks) {
      SimShardStore opened(std::make_unique<SettledShardDisk>(*shard), shard->secret, plan.store);
      judge.check_shard(shard->shard, *opened.snapshot());
    }
    judge.check_accounting(accounting_disk);
    judge.check_letters(dead_letter_disk, router_disk);
  }
  outcome.violation = judge.violation();
  outcome.trace = trace.lines();
  outcome.plan = text(plan);
  outcome.events = scheduler.events();
  outcome.decided = judge.decided();
  outcome.answered = judge.told();
  return outcome;
}

Outcome simulate(const Options& options) {
  World world(options);
  return world.run();
}

}  // namespace florin::sim
