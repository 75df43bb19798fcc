#include <fmt/ranges.h>

#include "tests/slow/kill_harness.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

std::string planted(std::string_view name) {
  return fmt::format("{}/{}", FLORIN_PLANTED_DIR, name);
}

TEST_CASE("A hundred kills under load lose nothing and decide nothing twice") {
  const KillPlan plan{FLORIN_BINARY, 100, seed_of_environment()};
  const KillReport report = kill_again_and_again(plan);
  INFO("seed " << plan.seed << " (FLORIN_SEED repeats it)");
  INFO(fmt::format("{}", fmt::join(report.violations, "\n")));
  CHECK(report.violations.empty());
  CHECK(report.kills == 100);
  // The kills must have hit something: commands that were under way, and others that were through.
  CHECK(report.sent_again > 100);
  CHECK(report.acknowledged > 2 * report.sent_again);
}

/// Kills parts in processes of their own, and checks that the kills have hit something.
void check_parts(int kills) {
  const KillPlan plan{FLORIN_BINARY, kills, seed_of_environment()};
  const KillReport report = kill_parts_again_and_again(plan);
  INFO("seed " << plan.seed << " (FLORIN_SEED repeats it)");
  INFO(fmt::format("{}", fmt::join(report.violations, "\n")));
  CHECK(report.violations.empty());
  CHECK(report.kills == kills);
  CHECK(report.sent_again > 0);
  CHECK(report.acknowledged > static_cast<std::uint64_t>(kills) * RecordedLoad::kInFlightMax);
}

TEST_CASE("Fifty kills of single parts under load lose nothing and decide nothing twice") {
  check_parts(50);
}

TEST_CASE("A thousand kills of single parts under load lose nothing and decide nothing twice", "[long]") {
  check_parts(1000);
}

/// Kills in small rounds until the harness says this of something.
bool is_caught(const std::string& runner, int kills_max, const std::string& told) {
  constexpr int kKillsARound = 10;
  std::uint64_t seed = seed_of_environment();
  for (int kills = 0; kills < kills_max; kills += kKillsARound, ++seed) {
    const KillReport report = kill_again_and_again({runner, kKillsARound, seed});
    if (fmt::format("{}", fmt::join(report.violations, "\n")).find(told) != std::string::npos) {
      return true;
    }
  }
  return false;
}

TEST_CASE("Within fifty kills the harness catches a node that answers before it is durable") {
  // What was acknowledged and lost is not sent again, and its place is taken by another.
  CHECK(is_caught(planted("florin_acks_early"), 50, "was acknowledged and is not in the journal"));
}

TEST_CASE("Within fifty kills the harness catches a node that forgets ids") {
  CHECK(is_caught(planted("florin_forgets_ids"), 50, "is in the journal 2 times"));
}

}  // namespace
}  // namespace florin::test
