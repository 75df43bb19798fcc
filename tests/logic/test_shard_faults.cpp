// What a shard does while its store cannot commit.

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
  Fixture() {
    shard.start();
    (void)shard.decide(open_wallet("o", "w"));
  }
};

TEST_CASE_METHOD(Fixture, "Nothing is answered or published in the step whose commit fails") {
  const FaultKind kind = GENERATE(FaultKind::no_space, FaultKind::unknown_outcome);
  store.fail_next_commit(kind, Batch::kept);
  shard.send(deposit("d", "w", 5));
  const ShardStep step = shard.step();
  CHECK(step.answers.empty());
  CHECK(step.event.empty());
  CHECK_FALSE(step.ready.has_value());
  CHECK(shard.status().faults == 1);
  CHECK_FALSE(shard.status().reason.empty());
}

TEST_CASE_METHOD(Fixture, "Without space new commands are overloaded and old ones are answered") {
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  CHECK(shard.status().phase == ShardPhase::waiting);
  shard.send(open_wallet("o", "w"));
  shard.send(deposit("o", "w", 7));
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 3);
  CHECK(step.answers[0].code == Code::overloaded);
  CHECK(step.answers[0].retry_after_ms == 50);
  CHECK(step.answers[1].duplicate);
  CHECK(step.answers[1].resolution == Resolution::success);
  CHECK(step.answers[2].code == Code::idempotency_conflict);
}

TEST_CASE_METHOD(Fixture, "A shard without space goes on by itself after its pause") {
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  CHECK(shard.step().answers.front().code == Code::overloaded);
  CHECK_FALSE(shard.logic().has_work(shard.now));
  shard.advance_ms(50);
  CHECK(shard.logic().has_work(shard.now));
  const Answer again = shard.decide(deposit("d", "w", 5));
  CHECK(again.resolution == Resolution::success);
  CHECK_FALSE(again.duplicate);
  CHECK(shard.status().phase == ShardPhase::serving);
  CHECK(shard.status().epoch == Epoch(1));
  CHECK(store.reopens() == 0);
}

TEST_CASE_METHOD(Fixture, "A pause ends when the clock is set back, and not hours later") {
  store.fail_next_commit(GENERATE(FaultKind::no_space, FaultKind::unknown_outcome));
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  (void)shard.step();  // answers what is in the inbox, where it can
  CHECK_FALSE(shard.logic().has_work(shard.now.plus(1)));
  shard.advance_ms(-3'600'000);
  CHECK(shard.logic().has_work(shard.now));
}

TEST_CASE_METHOD(Fixture, "What came in a failed batch is decided by itself when the pause is over first") {
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.advance_ms(50);
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 1);
  CHECK(step.answers.front().resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "The pause doubles with each failure and starts small again after a success") {
  std::vector<std::uint32_t> pauses;
  for (int i = 0; i < 10; ++i) {
    store.fail_next_commit(FaultKind::no_space);
    shard.send(deposit("d", "w", 5));
    (void)shard.step();
    pauses.push_back(shard.step().answers.front().retry_after_ms);
    shard.advance_ms(pauses.back());
  }
  CHECK(pauses == std::vector<std::uint32_t>{50, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000});
  CHECK(shard.decide(deposit("d", "w", 5)).resolution == Resolution::success);
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("e", "w", 5));
  (void)shard.step();
  CHECK(shard.step().answers.front().retry_after_ms == 50);
}

TEST_CASE_METHOD(Fixture, "After an unknown outcome nobody is answered until the store was opened again") {
  store.fail_next_commit(FaultKind::unknown_outcome, GENERATE(Batch::lost, Batch::kept));
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  CHECK(shard.status().phase == ShardPhase::opening);
  CHECK_FALSE(shard.logic().has_work(shard.now));
  shard.send(open_wallet("o", "w"));
  CHECK_FALSE(shard.logic().has_work(shard.now));
  CHECK(shard.step().answers.empty());
  CHECK(shard.status().faults == 1);
  CHECK(store.reopens() == 0);
}

TEST_CASE_METHOD(Fixture, "A shard with an unknown outcome opens a new epoch after its pause") {
  store.fail_next_commit(FaultKind::unknown_outcome);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.advance_ms(50);
  REQUIRE(shard.logic().has_work(shard.now));
  const ShardStep step = shard.step();
  REQUIRE(step.ready.has_value());
  CHECK(step.ready->epoch == Epoch(2));
  CHECK(step.answers.empty());
  CHECK(store.reopens() == 1);
  CHECK(read_record(step.event).value().header.type == RecordType::epoch);
}

TEST_CASE_METHOD(Fixture, "A batch that was kept after all is answered from the journal when sent again") {
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::kept);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.start();
  const Answer answer = shard.decide(deposit("d", "w", 5));
  CHECK(answer.resolution == Resolution::success);
  CHECK(answer.duplicate);
  CHECK(answer.after.balance == MinorUnits(5));
}

TEST_CASE_METHOD(Fixture, "A batch that was lost is decided when sent again") {
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::lost);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.start();
  const Answer answer = shard.decide(deposit("d", "w", 5));
  CHECK(answer.resolution == Resolution::success);
  CHECK_FALSE(answer.duplicate);
  CHECK(answer.after.balance == MinorUnits(5));
}

TEST_CASE_METHOD(Fixture, "An epoch record of unknown outcome is counted once it is found") {
  store.fail_next_commit(FaultKind::unknown_outcome);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::kept);
  CHECK(shard.start() == Epoch(3));
}

TEST_CASE_METHOD(Fixture, "A store that cannot be opened is tried again with longer pauses") {
  store.fail_next_commit(FaultKind::unknown_outcome);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.advance_ms(50);
  store.fail_next_reopen();
  CHECK_FALSE(shard.step().ready.has_value());
  shard.advance_ms(50);
  CHECK_FALSE(shard.logic().has_work(shard.now));
  shard.advance_ms(50);
  CHECK(shard.step().ready.has_value());
}

TEST_CASE_METHOD(Fixture, "A shard that can read but not open an epoch answers what it knows") {
  store.fail_next_commit(FaultKind::unknown_outcome);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.advance_ms(50);
  store.fail_next_commit(FaultKind::no_space);
  (void)shard.step();
  CHECK(shard.status().phase == ShardPhase::opening);
  shard.send(open_wallet("o", "w"));
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 2);
  CHECK(step.answers[0].code == Code::overloaded);
  CHECK(step.answers[1].duplicate);
  CHECK(step.results->epoch == Epoch(1));
}

TEST_CASE_METHOD(Fixture,
                 "What may not be durable is not answered, however long the epoch cannot be opened") {
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::kept);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.advance_ms(50);
  store.fail_next_commit(FaultKind::no_space);
  (void)shard.step();
  shard.send(deposit("d", "w", 5));
  shard.send(open_wallet("o", "w"));
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 1);
  CHECK(step.answers[0].duplicate);
  CHECK(step.answers[0].sequence == SequenceNumber(1));
  CHECK_FALSE(shard.logic().has_work(shard.now));
  shard.start();
  CHECK(shard.decide(deposit("d", "w", 5)).duplicate);
}

TEST_CASE_METHOD(Fixture,
                 "While every opening fails, new commands are overloaded and old ones are answered") {
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::lost);
  shard.send(deposit("d", "w", 5));
  (void)shard.step();
  shard.advance_ms(50);
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::lost);
  CHECK(shard.step().answers.empty());  // once may be never again
  shard.send(open_wallet("o", "w"));
  shard.advance_ms(100);
  store.fail_next_commit(FaultKind::unknown_outcome, Batch::lost);
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 2);
  CHECK(step.answers[0].code == Code::overloaded);
  CHECK(step.answers[0].retry_after_ms == 100);
  CHECK(step.answers[1].duplicate);
  CHECK(step.results->epoch == Epoch(1));
  CHECK(shard.status().phase == ShardPhase::opening);
}

TEST_CASE_METHOD(Fixture, "A fault that comes twice in a row is waited out with overloaded answers") {
  for (int i = 0; i < 2; ++i) {
    store.fail_next_commit(FaultKind::unknown_outcome, Batch::lost);
    shard.send(deposit("d", "w", 5));
    (void)shard.step();
    shard.start();
  }
  CHECK(shard.status().phase == ShardPhase::waiting);
  CHECK_FALSE(shard.status().reason.empty());
  const Answer told = shard.decide(deposit("d", "w", 5));
  CHECK(told.code == Code::overloaded);
  shard.advance_ms(told.retry_after_ms);
  CHECK(shard.decide(deposit("d", "w", 5)).resolution == Resolution::success);
  CHECK(shard.status().phase == ShardPhase::serving);
  CHECK(shard.status().reason.empty());
}

TEST_CASE_METHOD(Fixture, "A store that refuses to be used stops the shard") {
  store.fail_next_commit(FaultKind::refused);
  shard.send(deposit("d", "w", 5));
  CHECK_THROWS_AS(shard.step(), StoreFault);
}

TEST_CASE_METHOD(Fixture,
                 "What was sent behind a refused command is not decided before everything came anew") {
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("a", "w", 5));
  (void)shard.step();
  const ShardStep refused = shard.step();
  REQUIRE(refused.answers.front().code == Code::overloaded);
  REQUIRE(refused.ready.has_value());
  CHECK(refused.ready->next == 0);
  // Under way already: the router had not heard of the refusal.
  shard.send_raw(shard.epoch, shard.next_number, std::vector<Command>{withdraw("b", "w", 5)});
  shard.advance_ms(50);
  CHECK(shard.step().answers.empty());
  CHECK(shard.status().phase == ShardPhase::serving);
  shard.send_anew(std::vector<Command>{deposit("a", "w", 5), withdraw("b", "w", 5)});
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 2);
  CHECK(step.answers[0].resolution == Resolution::success);
  CHECK(step.answers[1].resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "A shard that only repeats what it has decided goes on taking work") {
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("a", "w", 5));
  (void)shard.step();
  (void)shard.step();
  shard.send(open_wallet("o", "w"));
  const ShardStep step = shard.step();
  CHECK(step.answers.front().duplicate);
  CHECK_FALSE(step.ready.has_value());
  shard.advance_ms(50);
  CHECK(shard.decide(deposit("a", "w", 5)).resolution == Resolution::success);
}

}  // namespace
}  // namespace florin::test
