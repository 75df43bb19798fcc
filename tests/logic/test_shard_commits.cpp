// What a shard commits, when it answers, and what the journal then holds.

#include <string>
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
};

TEST_CASE_METHOD(Fixture, "The first record of a journal opens epoch one") {
  CHECK(shard.start() == Epoch(1));
  const auto journal = store.journal();
  REQUIRE(journal.size() == 1);
  const auto record = read_record(journal.front()).value();
  CHECK(record.header.type == RecordType::epoch);
  CHECK(record.header.ordinal == BatchOrdinal(1));
  CHECK(record.header.previous_hash == Digest{});
  CHECK(record.header.entry_count() == 0);
}

TEST_CASE_METHOD(Fixture, "All that waits in the inbox is decided in one commit") {
  shard.start();
  const std::size_t before = store.commits();
  shard.send(open_wallet("o", "w"));
  shard.send(std::vector<Command>{deposit("a", "w", 1), deposit("b", "w", 2)});
  shard.send(withdraw("c", "w", 3));
  const ShardStep step = shard.step();
  CHECK(step.answers.size() == 4);
  CHECK(store.commits() == before + 1);
  CHECK(step.event == store.journal().back());
  const auto entries = read_record(step.event).value().entries().value();
  REQUIRE(entries.size() == 4);
  CHECK(entries[3].side().after.balance == MinorUnits(0));
}

TEST_CASE_METHOD(Fixture, "Answers come in the order sent with the tickets they were sent under") {
  shard.start();
  shard.send(std::vector<Command>{open_wallet("o", "w"), withdraw("a", "w", 1), deposit("b", "w", 2)});
  const ShardStep step = shard.step();
  CHECK(step.tickets == std::vector<Ticket>{Ticket(1), Ticket(2), Ticket(3)});
  CHECK(step.answers[1].code == Code::insufficient_funds);
  CHECK(step.results->epoch == shard.epoch);
}

TEST_CASE_METHOD(Fixture, "Nothing is committed while there is nothing to decide") {
  shard.start();
  const std::size_t before = store.commits();
  CHECK_FALSE(shard.logic().has_work(shard.now));
  const ShardStep step = shard.step();
  CHECK(step.event.empty());
  CHECK(step.answers.empty());
  CHECK(store.commits() == before);
}

TEST_CASE_METHOD(Fixture, "A batch of repetitions alone is answered without a commit") {
  shard.start();
  (void)shard.decide(open_wallet("o", "w"));
  const std::size_t before = store.commits();
  shard.send(open_wallet("o", "w"));
  const ShardStep step = shard.step();
  CHECK(step.answers.front().duplicate);
  CHECK(step.event.empty());
  CHECK(store.commits() == before);
}

TEST_CASE_METHOD(Fixture, "An inbox larger than a record is decided in several commits in order") {
  shard.start();
  (void)shard.decide(open_wallet("o", "w"));
  std::vector<Command> many;
  for (int i = 0; i < 4000; ++i) {
    many.push_back(deposit("d" + std::to_string(i), "w", 1));
    many.back().merchant = Merchant(std::string(64, 'm'));
    many.back().kind = Kind::payment;
    many.back().mode = Mode::advise;
  }
  shard.send(many);
  std::size_t answered = 0;
  std::size_t commits = 0;
  while (shard.logic().has_work(shard.now)) {
    const ShardStep step = shard.step();
    CHECK(step.event.size() <= kRecordSizeMax);
    answered += step.answers.size();
    ++commits;
  }
  CHECK(commits > 1);
  CHECK(answered == many.size());
  CHECK(store.snapshot()->wallet(WalletId("w"))->balance == MinorUnits(-4000));
}

TEST_CASE_METHOD(Fixture, "Time in the journal never runs backwards") {
  shard.start();
  const Answer first = shard.decide(open_wallet("o", "w"));
  shard.now = TimeUs(shard.now.value() - 5'000'000);
  const Answer second = shard.decide(deposit("d", "w", 1));
  CHECK(second.decided == first.decided);
  shard.advance_ms(6000);
  CHECK(shard.decide(deposit("e", "w", 1)).decided == shard.now);
}

TEST_CASE_METHOD(Fixture, "Each entry of a wallet raises its version and names the entry before it") {
  shard.start();
  shard.send(std::vector<Command>{withdraw("x", "w", 1), open_wallet("o", "w"), open_wallet("o", "v"),
                                  deposit("d", "w", 1)});
  const auto entries = read_record(shard.step().event).value().entries().value();
  CHECK(entries[0].side().previous == SequenceNumber(0));
  CHECK(entries[1].side().previous == SequenceNumber(1));
  CHECK(entries[3].side().previous == SequenceNumber(2));
  CHECK(entries[3].side().after.version == WalletVersion(3));
  CHECK(entries[2].side().after.version == WalletVersion(1));
}

TEST_CASE_METHOD(Fixture, "Failures count in a sequence of their own without a gap") {
  shard.start();
  shard.send(std::vector<Command>{withdraw("a", "w", 1), open_wallet("o", "w"), withdraw("b", "w", 1)});
  const auto first = read_record(shard.step().event).value().header;
  CHECK(first.first_failure == FailureSequence(1));
  CHECK(first.last_failure == FailureSequence(2));
  shard.send(std::vector<Command>{deposit("d", "w", 1)});
  const auto second = read_record(shard.step().event).value().header;
  CHECK(second.failure_count() == 0);
  shard.send(std::vector<Command>{advice(deposit("e", "nobody", 1))});
  const auto third = read_record(shard.step().event).value().header;
  CHECK(third.first_failure == FailureSequence(3));
  CHECK(third.last_failure == FailureSequence(3));
}

TEST_CASE_METHOD(Fixture, "A command that this version cannot read is refused and the others are decided") {
  shard.start();
  Work work{Incarnation(1), shard.epoch, 1, true, {}};
  work.items.push_back({Ticket(1), {}, shard.now, shard.now, packed(open_wallet("o", "w")), false});
  work.items.push_back({Ticket(2), {}, shard.now, shard.now, "\x93\x01\x02\x03", false});
  work.items.push_back({Ticket(3), {}, shard.now, shard.now, packed(deposit("d", "w", 1)) + "\xC0", false});
  work.items.push_back({Ticket(4), {}, shard.now, shard.now, packed(deposit("e", "w", 1)), false});
  shard.logic().receive(encode_work(work));
  const ShardStep step = shard.step();
  REQUIRE(step.answers.size() == 4);
  CHECK(step.answers[0].resolution == Resolution::success);
  CHECK(step.answers[1].code == Code::wrong_length);
  CHECK(step.answers[2].code == Code::trailing_bytes);
  CHECK(step.answers[3].resolution == Resolution::success);
}

}  // namespace
}  // namespace florin::test
