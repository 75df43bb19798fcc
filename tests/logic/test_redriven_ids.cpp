// An id that ended in `error` is decided again where a redrive says so, and found as it was decided last.

#include <vector>

#include "logic/queries.hpp"
#include "logic/shard_verification.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{64} << 20U, 16, 16};

TracedCommand redriven(const Command& command) {
  TracedCommand traced{command, {}};
  traced.redrive = true;
  return traced;
}

/// A shard with wallet w, and the deposit `d` that ended in an error.
struct Fixture {
  MemoryShardStore store{test_lineage(), ShardIndex(0)};
  ShardDriver shard{store};

  Fixture() {
    JournalBuilder journal(store);
    journal.now = shard.now.plus(-1'000'000);
    journal.open_epoch();
    journal.commit(std::vector<Command>{open_wallet("o", "w")});
    journal.commit_error(deposit("d", "w", 500));
    shard.start();
  }

  Entry newest(std::string_view id) {
    const auto snapshot = store.snapshot();
    const auto found = snapshot->find_id(IdNamespace::client, WalletId("w"), TransactionId(id));
    return snapshot->entry(found.value()).entry;
  }
};

TEST_CASE_METHOD(Fixture, "An error is told again as it was") {
  const Answer again = shard.decide(deposit("d", "w", 500));
  CHECK(again.resolution == Resolution::error);
  CHECK(again.duplicate);
  CHECK(newest("d").attempt == 1);
}

TEST_CASE_METHOD(Fixture, "A redrive of an error decides the same id as its next attempt") {
  const Answer answer = shard.decide_traced(redriven(deposit("d", "w", 500)));
  CHECK(answer.resolution == Resolution::success);
  CHECK_FALSE(answer.duplicate);
  CHECK(answer.after.balance == MinorUnits(500));
  CHECK(newest("d").attempt == 2);
  CHECK(newest("d").outcome == Outcome::success);
}

TEST_CASE_METHOD(Fixture, "After a redrive client and operator are told the same") {
  const Answer first = shard.decide_traced(redriven(deposit("d", "w", 500)));
  for (const TracedCommand& command :
       {TracedCommand{deposit("d", "w", 500), {}}, redriven(deposit("d", "w", 500))}) {
    const Answer again = shard.decide_traced(command);
    CHECK(again.resolution == Resolution::success);
    CHECK(again.duplicate);
    CHECK(again.sequence == first.sequence);
  }
  CHECK(store.snapshot()->wallet(WalletId("w"))->balance == MinorUnits(500));
}

TEST_CASE_METHOD(Fixture, "A redrive of an error with other content is a conflict") {
  CHECK(shard.decide_traced(redriven(deposit("d", "w", 501))).code == Code::idempotency_conflict);
  CHECK(newest("d").attempt == 1);
}

TEST_CASE_METHOD(Fixture, "A redrive of what was decided is a repetition") {
  (void)shard.decide(deposit("e", "w", 1));
  (void)shard.decide(withdraw("p", "w", 5000));
  CHECK(shard.decide_traced(redriven(deposit("e", "w", 1))).duplicate);
  const Answer rejected = shard.decide_traced(redriven(withdraw("p", "w", 5000)));
  CHECK(rejected.duplicate);
  CHECK(rejected.code == Code::insufficient_funds);
  CHECK(shard.decide_traced(redriven(deposit("new", "w", 1))).resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "A redrive that comes twice within one batch is decided once") {
  const std::vector<TracedCommand> batch{redriven(deposit("d", "w", 500)), redriven(deposit("d", "w", 500))};
  const auto answers = shard.decide_all_traced(batch);
  CHECK_FALSE(answers[0].duplicate);
  CHECK(answers[1].duplicate);
  CHECK(answers[1].sequence == answers[0].sequence);
}

TEST_CASE_METHOD(Fixture, "A redrive waits while the store has no room and is told no error") {
  store.fail_next_commit(FaultKind::no_space);
  shard.send(deposit("x", "w", 1));
  (void)shard.step();
  REQUIRE(shard.status().phase == ShardPhase::waiting);
  shard.send_traced(std::vector<TracedCommand>{redriven(deposit("d", "w", 500))});
  const auto step = shard.step();
  REQUIRE_FALSE(step.answers.empty());
  CHECK(step.answers.back().code == Code::overloaded);
}

TEST_CASE_METHOD(Fixture, "The id that a new one redrives is part of its content") {
  Command again = withdraw("p~r1", "w", 5);
  again.redrive_of = TransactionId("p");
  (void)shard.decide(again);
  CHECK(newest("p~r1").command.redrive_of.view() == "p");
  CHECK(shard.decide(again).duplicate);
  CHECK(shard.decide(withdraw("p~r1", "w", 5)).code == Code::idempotency_conflict);
}

/// The journal of a shard with errors that were and were not redriven.
void write_redrives(ShardStore& store) {
  JournalBuilder journal(store);
  journal.open_epoch();
  journal.commit(std::vector<Command>{open_wallet("o", "w")});
  journal.commit_error(deposit("d", "w", 500));
  journal.commit_error(deposit("e", "w", 500));
  journal.redrive(deposit("d", "w", 500));
  journal.commit(std::vector<Command>{deposit("f", "w", 1), deposit("d", "w", 500)});
}

TEST_CASE("The newest entry of an id is found in memory and in chunks and after a restart") {
  // With six bits most ids share a fingerprint; so few are in memory that chunks are written at once.
  WriteBackLimits limits;
  limits.wallets = {50, 4};
  limits.ids = {2, 8, 3, 6};
  const TempDir directory;
  const auto open = [&] {
    return std::make_unique<LmdbShardStore>(directory.path(), test_lineage(), ShardIndex(), kSmall,
                                            OpenFor::use, limits);
  };
  const auto check = [](ShardStore& store) {
    const auto snapshot = store.snapshot();
    const auto found = snapshot->find_id(IdNamespace::client, WalletId("w"), TransactionId("d"));
    REQUIRE(found.has_value());
    CHECK(found == SequenceNumber(4));
    CHECK(snapshot->find_id(IdNamespace::client, WalletId("w"), TransactionId("e")) == SequenceNumber(3));
  };
  auto store = open();
  write_redrives(*store);
  check(*store);
  store.reset();
  store = open();
  check(*store);
  JournalBuilder journal(*store);
  for (int i = 0; i < 40; ++i) {  // until all of them are in chunks that were merged
    journal.commit(std::vector<Command>{deposit("more" + std::to_string(i), "w", 1)});
  }
  check(*store);
  store->finish();
  store.reset();
  store = open();
  check(*store);
}

VerificationReport verified(ShardStore& store) {
  const QueryHandler query = shard_queries(store, [] { return std::string("\x80"); });
  const Asker ask = [&](const Owner&, QueryKind kind, std::string_view parameters) -> Result<std::string> {
    const std::string bytes = query(encode_query(1, kind, parameters));
    const auto reply = decode_reply(bytes).value();
    return reply.code == Code::none ? Result<std::string>(std::string(reply.payload))
                                    : problem(reply.code, reply.detail);
  };
  ConsumerBooks books;
  VerificationReport report;
  ShardVerification(ask, ShardIndex(), books, report).run([](std::uint64_t) {});
  return report;
}

TEST_CASE("Verification finds nothing in a journal with redriven errors") {
  MemoryShardStore store(test_lineage(), ShardIndex());
  write_redrives(store);
  const VerificationReport report = verified(store);
  CHECK(report.transactions == 5);
  CHECK((report.listed.empty() ? "nothing" : report.listed.front().what) == "nothing");
}

TEST_CASE("Verification finds an id that was decided twice without an error before") {
  MemoryShardStore store(test_lineage(), ShardIndex());
  JournalBuilder journal(store);
  journal.open_epoch();
  journal.commit(std::vector<Command>{open_wallet("o", "w"), deposit("d", "w", 500)});
  journal.commit_error(deposit("d", "w", 500));  // behind a success: nobody may write that
  CHECK(verified(store).discrepancies > 0);
}

}  // namespace
}  // namespace florin::test
