// Commands that a shard must not decide, because their workers died of them: recorded as errors, and nothing
// else comes of them.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {
namespace {

struct Fixture {
  MemoryShardStore store{test_lineage(), ShardIndex(0)};
  ShardDriver shard{store};

  Fixture() {
    shard.start();
    CHECK(shard.decide(open_wallet("o", "w")).resolution == Resolution::success);
  }
  Answer isolate(const Command& command) {
    Work work{shard.incarnation, shard.epoch, shard.next_number++, false, {}};
    work.items.push_back({Ticket(900), {}, shard.now, shard.now, packed(command), true});
    shard.logic().receive(encode_work(work));
    return shard.step().answers.at(0);
  }
};

TEST_CASE("A command that is isolated is journaled as an error and moves nothing") {
  Fixture f;
  const Answer answer = f.isolate(deposit("d", "w", 5));
  CHECK(answer.resolution == Resolution::error);
  CHECK(answer.code == Code::isolated);
  CHECK(answer.after.balance == MinorUnits(0));
  CHECK(answer.after.version == WalletVersion(2));
  const std::string last = f.store.journal().back();
  const auto entries = read_record(last).value().entries().value();
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].outcome == Outcome::error);
  CHECK(entries[0].is_failure());
  CHECK(f.shard.decide(deposit("e", "w", 1)).after.balance == MinorUnits(1));
}

TEST_CASE("An isolated command that comes again is told the same") {
  Fixture f;
  (void)f.isolate(deposit("d", "w", 5));
  const Answer again = f.shard.decide(deposit("d", "w", 5));
  CHECK(again.resolution == Resolution::error);
  CHECK(again.code == Code::isolated);
  CHECK(again.duplicate);
  CHECK(f.shard.decide(deposit("d", "w", 6)).code == Code::idempotency_conflict);
}

TEST_CASE("What was decided before it was isolated keeps its outcome") {
  Fixture f;
  CHECK(f.shard.decide(deposit("d", "w", 5)).resolution == Resolution::success);
  const Answer answer = f.isolate(deposit("d", "w", 5));
  CHECK(answer.resolution == Resolution::success);
  CHECK(answer.duplicate);
}

}  // namespace
}  // namespace florin::test
