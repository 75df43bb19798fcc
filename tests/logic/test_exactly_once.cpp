// Commits whose outcome nobody knows, kept or lost, change no outcome: what was kept is found in the journal
// when the router sends it again, and what was lost is decided then.

#include "tests/support/catch.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/lying_store.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/property.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {
namespace {

/// Every fourth commit has an unknown outcome; in turns it was kept and it was lost.
class UnsteadyStore : public MemoryShardStore {
 public:
  using MemoryShardStore::MemoryShardStore;

  void commit(const Commit& commit) override {
    if (++attempts_ % 4 == 0) {
      fail_next_commit(FaultKind::unknown_outcome, attempts_ % 8 == 0 ? Batch::kept : Batch::lost);
    }
    MemoryShardStore::commit(commit);
  }

 private:
  std::uint64_t attempts_ = 0;
};

using Decorate = std::function<std::unique_ptr<ShardStore>(std::unique_ptr<ShardStore>)>;

std::unique_ptr<ShardStore> as_it_is(std::unique_ptr<ShardStore> store) {
  return store;
}

/// Runs the commands with and without faults and compares. A repetition of the router may be marked a
/// duplicate.
Finding find_difference(const Commands& commands, const Decorate& decorate) {
  const ClusterShape shape{2, 3, 2, 4};
  Cluster steady(shape);
  Cluster unsteady(shape, steady_clock(), [&](ShardIndex shard) {
    return decorate(std::make_unique<UnsteadyStore>(test_lineage(), shard));
  });
  const auto expected = steady.run(commands);
  const auto answers = unsteady.run(commands);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (answers[i].resolution != expected[i].resolution || answers[i].code != expected[i].code ||
        answers[i].after.balance != expected[i].after.balance) {
      return "answer " + std::to_string(i) + " differs";
    }
  }
  return wallets_of(steady) == wallets_of(unsteady) ? Finding() : Finding("a wallet differs");
}

TEST_CASE("Commits of unknown outcome decide nothing twice and lose nothing") {
  check_property("faults change no outcome", [] {
    const Commands commands = *any_commands();
    RC_ASSERT(find_difference(commands, as_it_is) == Finding());
  });
}

TEST_CASE("Planted: a store that forgets ids decides twice and is caught") {
  const Decorate forgetful = [](std::unique_ptr<ShardStore> store) -> std::unique_ptr<ShardStore> {
    LyingStore::Lies lies;
    lies.stored_ids = [](std::span<const IdRow>, const BatchHeader&) { return std::vector<IdRow>(); };
    return std::make_unique<LyingStore>(std::move(store), lies);
  };
  CHECK(finds_within(20, [&](const Commands& commands) { return find_difference(commands, forgetful); }));
}

TEST_CASE("The events of a shard are its journal") {
  const Commands commands = commands_of_seed(7);
  Cluster cluster({1, 3, 2, 4});
  (void)cluster.run(commands);
  CHECK(cluster.events(0) == cluster.store(0).snapshot()->records(BatchOrdinal(0), SIZE_MAX).rows);
}

}  // namespace
}  // namespace florin::test
