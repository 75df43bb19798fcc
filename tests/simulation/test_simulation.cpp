#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <string>

#include "tests/simulation/world.hpp"
#include "tests/support/catch.hpp"

using namespace florin;
using namespace florin::sim;

namespace {

constexpr std::chrono::seconds kFreshSeconds{20};

void require_kept(std::uint64_t seed) {
  const auto outcome = simulate({seed, false, {}});
  INFO(fmt::format("seed {}: {}\n  again: ./run simulate --seed {} --trace", seed,
                   outcome.violation.value_or("all promises kept"), seed));
  REQUIRE_FALSE(outcome.violation.has_value());
}

}  // namespace

TEST_CASE("One seed gives one story, to the byte") {
  for (const std::uint64_t seed : {3U, 7U, 11U}) {
    const auto once = simulate({seed, true, {}});
    const auto again = simulate({seed, true, {}});
    REQUIRE(once.trace.size() > 100);
    REQUIRE(once.trace == again.trace);
    REQUIRE(once.plan == again.plan);
  }
}

TEST_CASE("A run is the same whether its story is written down or not") {
  const auto told = simulate({5, true, {}});
  const auto untold = simulate({5, false, {}});
  REQUIRE(untold.trace.empty());
  REQUIRE(told.events == untold.events);
  REQUIRE(told.decided == untold.decided);
}

TEST_CASE("Every seed that ever failed keeps all promises") {
  std::ifstream file(FLORIN_SEEDS_FILE);
  REQUIRE(file.is_open());
  int seeds = 0;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != '#') {
      require_kept(std::stoull(line));
      ++seeds;
    }
  }
  REQUIRE(seeds > 0);
}

TEST_CASE("Fresh seeds keep all promises") {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto first =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(wall).count());
  std::uint64_t seed = first;
  const auto end = std::chrono::steady_clock::now() + kFreshSeconds;
  while (std::chrono::steady_clock::now() < end) {
    require_kept(seed++);
  }
  fmt::print("{} fresh seeds from {} on\n", seed - first, first);
  REQUIRE(seed > first);
}
