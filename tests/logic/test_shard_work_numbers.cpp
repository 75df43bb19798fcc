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

TEST_CASE_METHOD(Fixture, "After a missed number everything is asked for again once") {
  shard.send(open_wallet("o", "w"));
  shard.send_raw(shard.epoch, 3, std::vector<Command>{deposit("late", "w", 1)});
  shard.send_raw(shard.epoch, 4, std::vector<Command>{deposit("later", "w", 1)});
  CHECK(shard.logic().has_work(shard.now));
  const ShardStep step = shard.step();
  CHECK(step.answers.size() == 1);
  REQUIRE(step.ready.has_value());
  CHECK(step.ready->epoch == shard.epoch);
  CHECK(step.ready->next == 0);
  CHECK_FALSE(shard.step().ready.has_value());
}

TEST_CASE_METHOD(Fixture, "What is sent anew is decided in order and the numbers go on from there") {
  shard.send(open_wallet("o", "w"));
  (void)shard.step();
  shard.send_raw(shard.epoch, 3, std::vector<Command>{withdraw("b", "w", 1)});
  REQUIRE(shard.step().ready.has_value());
  shard.send_anew(std::vector<Command>{deposit("a", "w", 1), withdraw("b", "w", 1)});
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 2);
  CHECK(step.answers[1].resolution == Resolution::success);
  CHECK(shard.decide(deposit("c", "w", 1)).resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "After a missed number nothing is taken before everything was sent anew") {
  shard.send(open_wallet("o", "w"));
  (void)shard.step();
  shard.send_raw(shard.epoch, 3, std::vector<Command>{deposit("b", "w", 1)});
  (void)shard.step();
  shard.send_raw(shard.epoch, 4, std::vector<Command>{deposit("c", "w", 1)});
  shard.send_raw(shard.epoch, 2, std::vector<Command>{deposit("a", "w", 1)});
  CHECK_FALSE(shard.logic().has_work(shard.now));
  const ShardStep step = shard.step();
  CHECK(step.answers.empty());
  CHECK_FALSE(step.ready.has_value());
}

TEST_CASE_METHOD(Fixture, "A number that was taken before is dropped and shows that something was lost") {
  shard.send(open_wallet("o", "w"));
  shard.send(deposit("a", "w", 1));
  shard.send_raw(shard.epoch, 2, std::vector<Command>{deposit("b", "w", 1)});
  const ShardStep step = shard.step();
  CHECK(step.answers.size() == 2);
  REQUIRE(step.ready.has_value());
  CHECK(step.ready->next == 0);
}

TEST_CASE_METHOD(Fixture, "What is sent anew replaces what was waiting") {
  shard.send(open_wallet("o", "w"));
  shard.send_anew(std::vector<Command>{open_wallet("o", "w"), deposit("a", "w", 1)});
  const ShardStep step = shard.step();
  CHECK(step.answers.size() == 2);
  CHECK_FALSE(step.answers[0].duplicate);
}

TEST_CASE_METHOD(Fixture, "Work of another epoch is dropped without a word") {
  shard.send_raw(Epoch(0), 1, std::vector<Command>{open_wallet("o", "w")}, true);
  shard.send_raw(shard.epoch.next(), 1, std::vector<Command>{open_wallet("o", "w")}, true);
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

TEST_CASE_METHOD(Fixture, "Work of another router that does not begin anew is dropped and asked for again") {
  shard.send(open_wallet("o", "w"));
  (void)shard.step();
  shard.incarnation = Incarnation(9);
  shard.send_raw(shard.epoch, 2, std::vector<Command>{deposit("d", "w", 1)});
  const ShardStep step = shard.step();
  CHECK(step.answers.empty());
  REQUIRE(step.ready.has_value());
  CHECK(step.ready->next == 0);
}

TEST_CASE_METHOD(Fixture, "A restarted router's work begins anew and its results are counted from one") {
  (void)shard.decide(open_wallet("o", "w"));
  shard.send(deposit("a", "w", 1));
  CHECK(shard.step().results->number == 2);
  shard.incarnation = Incarnation(9);
  shard.next_number = 1;
  shard.send_anew(std::vector<Command>{deposit("b", "w", 1)});
  const ShardStep step = shard.step();
  CHECK(step.answers.front().resolution == Resolution::success);
  REQUIRE(step.results.has_value());
  CHECK(step.results->incarnation == Incarnation(9));
  CHECK(step.results->number == 1);
}

TEST_CASE_METHOD(Fixture, "An idle shard says READY once in each heartbeat and tells what it has") {
  (void)shard.decide(open_wallet("o", "w"));
  (void)shard.decide(deposit("a", "w", 1));
  CHECK_FALSE(shard.step().ready.has_value());
  shard.advance_ms(250);
  const auto ready = shard.step().ready;
  REQUIRE(ready.has_value());
  CHECK(ready->epoch == shard.epoch);
  CHECK(ready->incarnation == shard.incarnation);
  CHECK(ready->next == 3);
  CHECK(ready->results == 2);
  CHECK_FALSE(shard.step().ready.has_value());
}

TEST_CASE_METHOD(Fixture, "Work that cannot be read is told and changes nothing") {
  shard.logic().receive("nonsense");
  CHECK_FALSE(shard.logic().has_work(shard.now));
  CHECK(shard.decide(open_wallet("o", "w")).resolution == Resolution::success);
}

}  // namespace
}  // namespace florin::test
