// Work is taken in order and of the own epoch only.

#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

struct Fixture {
  MemoryShardStore store{test_lineage(), ShardIndex(0)};
  ShardDriver shard{store};
  Fixture() { shard.start(); }
};

TEST_CASE_METHOD(Fixture, "A missed number is dropped and asked for again once") {
  shard.send(open_wallet("o", "w"));
  shard.send_raw(shard.epoch, 3, std::vector<Command>{deposit("late", "w", 1)});
  shard.send_raw(shard.epoch, 4, std::vector<Command>{deposit("later", "w", 1)});
  CHECK(shard.logic().has_work(shard.now));
  const ShardStep step = shard.step();
  CHECK(step.answers.size() == 1);
  REQUIRE(step.ready.has_value());
  CHECK(step.ready->epoch == shard.epoch);
  CHECK_FALSE(shard.step().ready.has_value());
}

TEST_CASE_METHOD(Fixture, "The resend starts at one and is decided in order") {
  shard.send(open_wallet("o", "w"));
  (void)shard.step();
  shard.send_raw(shard.epoch, 3, std::vector<Command>{withdraw("b", "w", 1)});
  REQUIRE(shard.step().ready.has_value());
  shard.send_raw(shard.epoch, 1, std::vector<Command>{deposit("a", "w", 1), withdraw("b", "w", 1)});
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 2);
  CHECK(step.answers[1].resolution == Resolution::success);
  shard.next_number = 2;
  CHECK(shard.decide(deposit("c", "w", 1)).resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "A number that was taken before is dropped") {
  shard.send(open_wallet("o", "w"));
  shard.send(deposit("a", "w", 1));
  shard.send_raw(shard.epoch, 2, std::vector<Command>{deposit("b", "w", 1)});
  CHECK(shard.step().answers.size() == 2);
}

TEST_CASE_METHOD(Fixture, "Number one starts anew and replaces what was waiting") {
  shard.send(open_wallet("o", "w"));
  shard.send_raw(shard.epoch, 1, std::vector<Command>{open_wallet("o", "w"), deposit("a", "w", 1)});
  const ShardStep step = shard.step();
  CHECK(step.answers.size() == 2);
  CHECK_FALSE(step.answers[0].duplicate);
}

TEST_CASE_METHOD(Fixture, "Work of another epoch is dropped without a word") {
  shard.send_raw(Epoch(0), 1, std::vector<Command>{open_wallet("o", "w")});
  shard.send_raw(shard.epoch.next(), 1, std::vector<Command>{open_wallet("o", "w")});
  CHECK_FALSE(shard.logic().has_work(shard.now));
  const ShardStep step = shard.step();
  CHECK(step.answers.empty());
  CHECK_FALSE(step.ready.has_value());
}

TEST_CASE_METHOD(Fixture, "Each opening of the store writes a higher epoch") {
  ShardDriver second(store);
  CHECK(second.start() == Epoch(2));
  ShardDriver third(store);
  CHECK(third.start() == Epoch(3));
  CHECK(store.journal().size() == 3);
}

TEST_CASE_METHOD(Fixture, "Work of another router without a number one is dropped and asked for again") {
  shard.send(open_wallet("o", "w"));
  (void)shard.step();
  Work work{Incarnation(9), shard.epoch, 2, {}};
  work.items.push_back({Ticket(9), {}, shard.now, shard.now, packed(deposit("d", "w", 1))});
  shard.logic().receive(encode_work(work));
  const ShardStep step = shard.step();
  CHECK(step.answers.empty());
  CHECK(step.ready.has_value());
}

}  // namespace
}  // namespace florin::test
