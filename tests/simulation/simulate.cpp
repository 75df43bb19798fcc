// florin_simulate: runs seeds of the simulation.
//
//   florin_simulate --seeds N [--from S]   N seeds from S on; without S, from the clock
//   florin_simulate --seed S [--trace]     one seed, with the whole story
//   ... --plant NAME                       with a bug; NAME list names them

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "tests/simulation/world.hpp"

namespace {

using namespace florin::sim;

constexpr std::size_t kLastLines = 60;
volatile std::uint64_t current_seed = 0;

/// A failed invariant of production aborts: say which seed it was.
void on_abort(int /*signal*/) {
  const auto seed = static_cast<unsigned long long>(current_seed);
  std::fprintf(stderr, "seed %llu aborts\n  ./run simulate --seed %llu --trace\n", seed, seed);
  std::_Exit(134);
}

/// The bug to plant; without a name none.
Plants plants;
std::string planted;

void print_failure(std::uint64_t seed, const std::string& violation) {
  const Outcome outcome = simulate({seed, true, plants});
  const std::size_t from = outcome.trace.size() > kLastLines ? outcome.trace.size() - kLastLines : 0;
  for (std::size_t i = from; i < outcome.trace.size(); ++i) {
    fmt::print("{}\n", outcome.trace[i]);
  }
  fmt::print("\nseed {}: {}\n  {}\n  again: ./run simulate --seed {} --trace\n", seed, violation,
             outcome.plan, seed);
}

int run_one(std::uint64_t seed, bool trace) {
  current_seed = seed;
  const Outcome outcome = simulate({seed, trace, plants});
  for (const std::string& line : outcome.trace) {
    fmt::print("{}\n", line);
  }
  fmt::print("seed {}: {}\n", seed, outcome.plan);
  fmt::print("seed {}: {} events, {} decided, {} answered, settled after {:.1f} s\n", seed, outcome.events,
             outcome.decided, outcome.answered, static_cast<double>(outcome.settled_after_us) / 1e6);
  if (outcome.violation) {
    if (!trace) {
      print_failure(seed, *outcome.violation);
    } else {
      fmt::print("seed {}: {}\n", seed, *outcome.violation);
    }
    return 1;
  }
  return 0;
}

int run_many(std::uint64_t from, std::uint64_t seeds, std::uint64_t failures_max) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  auto told = began;
  std::uint64_t decided = 0;
  std::uint64_t events = 0;
  std::int64_t slowest_us = 0;
  std::uint64_t slowest_seed = 0;
  std::vector<std::uint64_t> failed;
  fmt::print("seeds {} to {}\n", from, from + seeds - 1);
  std::uint64_t seed = from;
  for (; seed < from + seeds && failed.size() < failures_max; ++seed) {
    current_seed = seed;
    const Outcome outcome = simulate({seed, false, plants});
    decided += outcome.decided;
    events += outcome.events;
    if (outcome.settled_after_us > slowest_us) {
      slowest_us = outcome.settled_after_us;
      slowest_seed = seed;
    }
    if (outcome.violation) {
      failed.push_back(seed);
      print_failure(seed, *outcome.violation);
    }
    const auto now = Clock::now();
    if (now - told > std::chrono::seconds(5)) {
      told = now;
      fmt::print("{} of {} seeds, {} failed\n", seed + 1 - from, seeds, failed.size());
      std::fflush(stdout);
    }
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print(
      "{} seeds in {:.1f} s ({:.0f} a second), {} failed; {} transactions, {} events; the slowest to settle "
      "was seed {} with {:.1f} s\n",
      seed - from, seconds, static_cast<double>(seed - from) / seconds, failed.size(), decided, events,
      slowest_seed, static_cast<double>(slowest_us) / 1e6);
  return failed.empty() ? 0 : 1;
}

/// Says whether there is one of this name.
bool plant(const std::string& name) {
  for (const PlantedBug& bug : planted_bugs()) {
    if (bug.name == name) {
      plants = bug.plants;
      planted = " --plant " + name;
      return true;
    }
    fmt::print(stderr, "{:<18} {}\n", bug.name, bug.what);
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Runs seeds of the simulation", "florin_simulate");
  std::uint64_t seeds = 100;
  std::uint64_t from = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                                      std::chrono::system_clock::now().time_since_epoch())
                                                      .count());
  std::uint64_t seed = 0;
  std::uint64_t failures_max = 1;
  bool trace = false;
  app.add_option("--seeds", seeds, "how many seeds to run");
  app.add_option("--from", from, "the first of them; without it the clock says");
  app.add_option("--failures", failures_max, "stop after so many failures");
  auto* one = app.add_option("--seed", seed, "run this seed alone");
  app.add_flag("--trace", trace, "print the whole story of the seed")->needs(one);
  std::string bug;
  app.add_option("--plant", bug, "plant a bug to be found; `list` names them");
  CLI11_PARSE(app, argc, argv);
  if (!bug.empty() && !plant(bug)) {
    return 2;
  }
  std::signal(SIGABRT, on_abort);
  return one->count() > 0 ? run_one(seed, trace) : run_many(from, seeds, failures_max);
}
