// Each planted bug is found within its number of seeds, and the honest system passes those same seeds: a
// judge that looks at nothing would pass for ever, and one that finds fault with everything would find these
// too.

#include <fmt/format.h>

#include <string>

#include "tests/simulation/planted.hpp"
#include "tests/simulation/world.hpp"
#include "tests/support/catch.hpp"

namespace florin::sim {
namespace {

void require_found(std::string_view name) {
  for (const PlantedBug& bug : planted_bugs()) {
    if (bug.name != name) {
      continue;
    }
    for (std::uint64_t seed = 1; seed <= bug.found_within; ++seed) {
      INFO(fmt::format("{}, seed {}", bug.what, seed));
      REQUIRE_FALSE(simulate({seed, false, {}}).violation.has_value());
      if (const auto found = simulate({seed, false, bug.plants}).violation) {
        fmt::print("{}: seed {}: {}\n", bug.name, seed, *found);
        return;
      }
    }
    FAIL(fmt::format("{}: not found within {} seeds", bug.what, bug.found_within));
  }
  FAIL("no such bug: " << name);
}

TEST_CASE("An answer before the sync is found") {
  require_found("early-answer");
}
TEST_CASE("Trust in the error code of a failed commit is found") {
  require_found("trusted-error");
}
TEST_CASE("Ids that are forgotten at a restart are found") {
  require_found("forgotten-ids");
}
TEST_CASE("Work that is lost from the middle of the window is found") {
  require_found("lost-middle");
}
TEST_CASE("A gap that a consumer skips is found") {
  require_found("skipped-gap");
}
TEST_CASE("A cursor that is saved apart from its data is found") {
  require_found("cursor-apart");
}
TEST_CASE("Answers of a stale incarnation are found") {
  require_found("stale-answer");
}
TEST_CASE("A command that overtakes a refused one of its wallet is found") {
  require_found("overtaken");
}
TEST_CASE("A wallet's row that is missing from a commit is found") {
  require_found("lost-row");
}
TEST_CASE("A row that is marked clean before its commit is found") {
  require_found("clean-early");
}
TEST_CASE("A run of ids that is listed before its chunks is found") {
  require_found("late-chunks");
}
TEST_CASE("A recovery point of the wallets that is too high is found") {
  require_found("high-wallets");
}
TEST_CASE("A recovery point of the ids that is too high is found") {
  require_found("high-ids");
}
TEST_CASE("A fingerprint that is taken for an id is found") {
  require_found("fingerprint-for-id");
}
TEST_CASE("A lock that is taken from its holder is found") {
  require_found("lock-replaced");
}
TEST_CASE("A command that leaves the inbox before it is decided is found") {
  require_found("inbox-deleted-early");
}
TEST_CASE("A synchronous command that does not wait behind the inbox is found") {
  require_found("sync-overtakes-inbox");
}
TEST_CASE("A repeated outcome that is not told to be one is found") {
  require_found("hidden-duplicate");
}

}  // namespace
}  // namespace florin::sim
