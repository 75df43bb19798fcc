#include "tests/slow/ownership_harness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <set>

#include "tests/support/eventually.hpp"
#include "tests/support/florin_cluster.hpp"

namespace florin::test {

namespace {

constexpr std::size_t kWorkersMax = 4;
/// The first is shorter than the workers' lease, the second longer, also on a busy machine.
constexpr std::uint64_t kPauseMaxMs = 1500;
constexpr std::uint64_t kLongPauseMs = 6500;
constexpr std::chrono::seconds kUntilEnded{5};

/// The workers that should be running, and what happens to them.
class Schedule {
 public:
  explicit Schedule(const SchedulePlan& plan)
      : cluster_(FLORIN_BINARY, {.shards = 4, .limits = "lease_ms = 5000\nworker_dead_after_ms = 300\n"},
                 {":1"}),
        random_(plan.seed),
        load_(plan.seed) {
    cluster_.start();
    load_.connect(cluster_.front(), random_);
    running_.insert("worker:1");
  }

  /// Something happens, in the midst of load. Whether answers come again afterwards.
  [[nodiscard]] bool event() {
    live_for(random_() % 300);
    switch (random_() % 6) {
      case 0:
      case 1: join(); break;
      case 2: leave(); break;
      case 3: kill(); break;
      case 4: stand_still(); break;
      default: restart_router(); break;
    }
    return live();
  }

  [[nodiscard]] bool finish() {
    return eventually([&] {
      keep_one();
      load_.take_answers(20);
      return load_.all_answered();
    });
  }

  FlorinCluster& cluster() { return cluster_; }
  [[nodiscard]] const RecordedLoad& load() const { return load_; }
  /// All that stood still goes on, or ends.
  void let_end() { keep_one(); }

 private:
  void join() {
    if (running_.size() < kWorkersMax) {
      const std::string part = fmt::format("worker:{}", ++named_);
      cluster_.launch(part);
      running_.insert(part);
    }
  }
  void leave() { end_one(SIGTERM); }
  void kill() { end_one(SIGKILL); }
  void end_one(int number) {
    const std::string part = any();
    cluster_.process(part).send_signal(number);
    const bool ended = eventually([&] {
      load_.round();
      return !cluster_.process(part).is_running();
    });
    if (!ended) {
      throw std::runtime_error(part + " does not end");
    }
    forget(part);
    keep_one();
  }
  /// Shorter or longer than its lease. In the latter case it ends by itself.
  void stand_still() {
    const std::string part = any();
    cluster_.process(part).send_signal(SIGSTOP);
    const bool is_long = random_() % 4 == 0;
    live_for(is_long ? kLongPauseMs : random_() % kPauseMaxMs);
    cluster_.process(part).send_signal(SIGCONT);
    if (is_long) {
      wait_for_end(part);
    }
  }
  /// Or it would be taken for one that goes on.
  void wait_for_end(const std::string& part) {
    [[maybe_unused]] const bool ended = eventually(
        [&] {
          load_.round();
          return !cluster_.process(part).is_running();
        },
        kUntilEnded);
  }
  void restart_router() {
    cluster_.kill("router");
    live_for(random_() % 100);
    cluster_.launch("router");
    load_.connect(cluster_.front(), random_);
  }

  [[nodiscard]] std::string any() {
    keep_one();
    return *std::next(running_.begin(), static_cast<std::ptrdiff_t>(random_() % running_.size()));
  }
  void forget(const std::string& part) {
    running_.erase(part);
    cluster_.forget(part);
  }
  /// Workers whose lease was lost have ended. Somebody must be there.
  void keep_one() {
    const std::set<std::string> before = running_;
    for (const std::string& part : before) {
      if (!cluster_.process(part).is_running()) {
        forget(part);
      }
    }
    if (running_.empty()) {
      join();
    }
  }

  void live_for(std::uint64_t ms) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    while (std::chrono::steady_clock::now() < end) {
      load_.round();
    }
  }
  /// More is answered than is under way at once. So a command is with two owners that die at most, and
  /// nothing is isolated.
  [[nodiscard]] bool live() {
    const std::size_t enough = load_.answered() + 2 * RecordedLoad::kInFlightMax;
    return eventually([&] {
      keep_one();
      load_.round();
      return load_.answered() >= enough;
    });
  }

  FlorinCluster cluster_;
  std::mt19937_64 random_;
  RecordedLoad load_;
  std::set<std::string> running_;
  int named_ = 1;
};

}  // namespace

KillReport move_shards_at_random(const SchedulePlan& plan) {
  KillReport report;
  Schedule schedule(plan);
  for (; report.kills < plan.events; ++report.kills) {
    if (!schedule.event()) {
      report.violations.push_back(fmt::format("no answers any more after {} events", report.kills));
      return report;
    }
  }
  if (!schedule.finish()) {
    report.violations.emplace_back("something sent is never answered");
    return report;
  }
  schedule.let_end();
  schedule.cluster().wait_until_ready();
  if (!schedule.cluster().stop_all()) {
    report.violations.emplace_back("a part does not end with 0");
  }
  judge(schedule.cluster().node(), schedule.load(), report);
  return report;
}

}  // namespace florin::test
