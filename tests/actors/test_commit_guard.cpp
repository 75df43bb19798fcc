// What ends a worker that must not go on: a lease that was lost, and a thread that stands still.

#include <chrono>
#include <string>
#include <thread>

#include "actors/commit_guard.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {
namespace {

TEST_CASE("A lease that was lost stays lost, whoever sees it first") {
  Lease lease(1);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK_FALSE(lease.renew());
  CHECK_FALSE(lease.holds());
  Lease long_lease(600'000);
  CHECK(long_lease.renew());
  CHECK(long_lease.holds());
}

TEST_CASE("Nothing is committed once the lease is lost") {
  struct Ended {
    std::string why;
  };
  Lease lease(1);
  ShardPulse pulse;
  MemoryShardStore* memory = nullptr;
  auto store = std::make_unique<MemoryShardStore>(test_lineage(), ShardIndex(0));
  memory = store.get();
  const auto guarded =
      guard_commits(std::move(store), lease, pulse, [](const char* why) { throw Ended{why}; });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ShardDriver shard(*guarded);
  CHECK_THROWS_AS(shard.step(), Ended);
  CHECK(memory->snapshot()->head().header.ordinal == BatchOrdinal(0));
  CHECK_FALSE(pulse.is_committing);
}

TEST_CASE("A thread hangs when its pulse stands still, and later where it is with the disk") {
  HangWatch watch(2000, 5000);
  std::int64_t now = 1'000'000;
  const auto stands_still = [&](bool is_committing, std::int64_t ms) {
    bool hangs = false;
    for (std::int64_t passed = 0; passed < ms; passed += 500) {
      hangs = watch.hangs(1, is_committing, now += 500);
    }
    return hangs;
  };
  CHECK_FALSE(stands_still(false, 2000));
  CHECK(stands_still(false, 1000));
  CHECK_FALSE(stands_still(true, 5000));
  CHECK(stands_still(true, 1000));
  CHECK_FALSE(watch.hangs(2, true, now += 500));
}

TEST_CASE("What the watcher itself missed does not count") {
  HangWatch watch(2000, 5000);
  CHECK_FALSE(watch.hangs(1, false, 1'000));
  CHECK_FALSE(watch.hangs(1, false, 900'000));  // the process was stopped
  CHECK_FALSE(watch.hangs(1, false, 900'500));
}

}  // namespace
}  // namespace florin::test
