#include <fmt/ranges.h>

#include "tests/slow/kill_harness.hpp"
#include "tests/slow/ownership_harness.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

void check_schedule(int events) {
  const SchedulePlan plan{events, seed_of_environment()};
  const KillReport report = move_shards_at_random(plan);
  INFO("seed " << plan.seed << " (FLORIN_SEED repeats it)");
  INFO(fmt::format("{}", fmt::join(report.violations, "\n")));
  CHECK(report.violations.empty());
  CHECK(report.kills == events);
  CHECK(report.acknowledged > static_cast<std::uint64_t>(events) * RecordedLoad::kInFlightMax);
}

TEST_CASE("Thirty random joins, leaves, deaths, pauses and restarts lose nothing and decide nothing twice") {
  check_schedule(30);
}

TEST_CASE("Five hundred random joins, leaves, deaths, pauses and restarts lose nothing", "[long]") {
  check_schedule(500);
}

}  // namespace
}  // namespace florin::test
