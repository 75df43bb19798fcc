#include "tests/slow/kill_harness.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "tests/support/eventually.hpp"
#include "tests/support/florin_cluster.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {

namespace {

/// Load until much more was answered than is under way at once, however slow the disk is.
bool live(RecordedLoad& load) {
  constexpr std::size_t kAnswersMin = 4 * RecordedLoad::kInFlightMax;
  const std::size_t enough = load.answered() + kAnswersMin;
  return eventually([&] {
    load.round();
    return load.answered() >= enough;
  });
}

/// Load for a random while.
void live_for_a_while(RecordedLoad& load, std::uint64_t while_max_ms, std::mt19937_64& random) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(random() % while_max_ms);
  while (std::chrono::steady_clock::now() < end) {
    load.round();
  }
}

/// Nothing new, until everything is answered.
bool finish(RecordedLoad& load) {
  return eventually([&] {
    load.take_answers(20);
    return load.all_answered();
  });
}

constexpr std::uint64_t kLifeMaxMs = 120;
constexpr std::uint64_t kDeathMaxMs = 60;

/// One life of the node under load, then SIGKILL. What had arrived by then was acknowledged. Every third life
/// may end while the node starts; the others end some time after they were through with something.
bool live_and_die(FlorinNode& node, RecordedLoad& load, const KillPlan& plan, int life,
                  std::mt19937_64& random) {
  node.launch(plan.runner);
  load.connect(node.front(), random);
  const bool may_die_young = life % 3 == 0;
  if (!may_die_young && !live(load)) {
    return false;
  }
  live_for_a_while(load, kLifeMaxMs, random);
  node.kill();
  while (load.take_answers(5)) {
  }
  return true;
}

/// Kills one of the parts and starts it again after a while, under load all the time. Every third kill may
/// come while parts that were killed before still start.
bool kill_a_part(FlorinCluster& cluster, RecordedLoad& load, int kill, std::mt19937_64& random) {
  const bool may_die_young = kill % 3 == 0;
  if (!may_die_young && !live(load)) {
    return false;
  }
  live_for_a_while(load, kLifeMaxMs, random);
  const std::string& part = cluster.parts()[random() % cluster.parts().size()];
  cluster.kill(part);
  live_for_a_while(load, kDeathMaxMs, random);
  cluster.launch(part);
  if (part ==
      "router") {  // what lay in its sockets is lost; everything else goes on with the connection it has
    load.connect(cluster.front(), random);
  }
  return true;
}

}  // namespace

KillReport kill_again_and_again(const KillPlan& plan) {
  KillReport report;
  FlorinNode node(FLORIN_BINARY);
  node.start(plan.runner);  // the wallets are there before the first kill
  node.kill();
  std::mt19937_64 random(plan.seed);
  RecordedLoad load(plan.seed);
  for (; report.kills < plan.kills; ++report.kills) {
    if (!live_and_die(node, load, plan, report.kills, random)) {
      report.violations.push_back("the node does not answer after a kill: " + node.process().err());
      return report;
    }
  }
  node.launch(plan.runner);
  load.connect(node.front(), random);
  if (!finish(load)) {
    report.violations.emplace_back("something sent is never answered");
    return report;
  }
  node.stop();
  judge(node, load, report);
  return report;
}

KillReport kill_parts_again_and_again(const KillPlan& plan) {
  KillReport report;
  FlorinCluster cluster(plan.runner);
  cluster.start();
  std::mt19937_64 random(plan.seed);
  RecordedLoad load(plan.seed);
  load.connect(cluster.front(), random);
  for (; report.kills < plan.kills; ++report.kills) {
    if (!kill_a_part(cluster, load, report.kills, random)) {
      report.violations.push_back(fmt::format("no answers any more after {} kills", report.kills));
      return report;
    }
  }
  if (!finish(load)) {
    report.violations.emplace_back("something sent is never answered");
    return report;
  }
  cluster.wait_until_ready();
  if (!cluster.stop_all()) {
    report.violations.emplace_back("a part does not end with 0");
  }
  judge(cluster.node(), load, report);
  return report;
}

std::uint64_t seed_of_environment() {
  const char* given = std::getenv("FLORIN_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

}  // namespace florin::test
