// The id is looked at before anything else: (wallet, transaction id) is decided once.

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

/// The original's answer, marked.
Answer marked(Answer answer) {
  answer.duplicate = true;
  return answer;
}

TEST_CASE_METHOD(Fixture, "The same content again gives the original outcome marked as a duplicate") {
  (void)shard.decide(open_wallet("o", "w"));
  const Answer original = shard.decide(deposit("d", "w", 500));
  CHECK(original.resolution == Resolution::success);
  CHECK_FALSE(original.duplicate);
  shard.advance_ms(1000);
  CHECK(shard.decide(deposit("d", "w", 500)) == marked(original));
  CHECK(store.snapshot()->wallet(WalletId("w"))->balance == MinorUnits(500));
}

TEST_CASE_METHOD(Fixture, "A repetition is answered whatever has happened to the wallet since") {
  (void)shard.decide(open_wallet("o", "w"));
  const Answer paid_in = shard.decide(deposit("d", "w", 500));
  const Answer paid_out = shard.decide(withdraw("p", "w", 500));
  (void)shard.decide(freeze("f", "w"));
  CHECK(shard.decide(deposit("d", "w", 500)) == marked(paid_in));
  (void)shard.decide(close_wallet("c", "w"));
  CHECK(shard.decide(withdraw("p", "w", 500)) == marked(paid_out));
  CHECK(shard.decide(withdraw("p2", "w", 500)).code == Code::wallet_closed);
}

TEST_CASE_METHOD(Fixture, "Other content under a used id is a conflict and decides nothing") {
  (void)shard.decide(open_wallet("o", "w"));
  (void)shard.decide(deposit("d", "w", 500));
  const auto sequence = store.head().header.last_sequence;

  std::vector<Command> others{deposit("d", "w", 501), deposit("d", "w", 500, "USD"), withdraw("d", "w", 500),
                              advice(deposit("d", "w", 500)), freeze("d", "w")};
  others.push_back(deposit("d", "w", 500));
  others.back().external = ExternalAccount("fees");
  others.push_back(deposit("d", "w", 500));
  others.back().reference = Reference("invoice 7");
  for (const Command& other : others) {
    const Answer answer = shard.decide(other);
    CHECK(answer.resolution == Resolution::refused);
    CHECK(answer.code == Code::idempotency_conflict);
  }
  CHECK(store.head().header.last_sequence == sequence);
  CHECK(shard.decide(deposit("d", "w", 500)).resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "A conflict comes before every other refusal") {
  (void)shard.decide(open_wallet("o", "w"));
  (void)shard.decide(deposit("d", "w", 500));
  (void)shard.decide(freeze("f", "w"));
  CHECK(shard.decide(withdraw("d", "w", 501, "USD")).code == Code::idempotency_conflict);
}

TEST_CASE_METHOD(Fixture, "The effective date is a time and does not make other content") {
  (void)shard.decide(open_wallet("o", "w"));
  Command dated = deposit("d", "w", 500);
  dated.effective_date = 20260101;
  const Answer original = shard.decide(dated);
  dated.effective_date = 20260102;
  CHECK(shard.decide(dated) == marked(original));
}

TEST_CASE_METHOD(Fixture, "A refusal is remembered") {
  (void)shard.decide(open_wallet("o", "w"));
  const Answer refused = shard.decide(withdraw("p", "w", 500));
  CHECK(refused.code == Code::insufficient_funds);
  (void)shard.decide(deposit("d", "w", 1000));
  CHECK(shard.decide(withdraw("p", "w", 500)) == marked(refused));
  CHECK(shard.decide(withdraw("p2", "w", 500)).resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "A refusal for a wallet that does not exist is remembered after it is opened") {
  const Answer refused = shard.decide(deposit("d", "w", 500));
  CHECK(refused.code == Code::wallet_not_found);
  CHECK(refused.after.version == WalletVersion(1));
  CHECK(shard.decide(open_wallet("o", "w")).after.version == WalletVersion(2));
  CHECK(shard.decide(deposit("d", "w", 500)) == marked(refused));
  CHECK(shard.decide(deposit("d2", "w", 500)).resolution == Resolution::success);
}

TEST_CASE_METHOD(Fixture, "The same id in another wallet is another transaction") {
  (void)shard.decide(open_wallet("o", "w"));
  (void)shard.decide(open_wallet("o", "v"));
  CHECK(shard.decide(deposit("d", "w", 1)).resolution == Resolution::success);
  const Answer other = shard.decide(deposit("d", "v", 2));
  CHECK(other.resolution == Resolution::success);
  CHECK_FALSE(other.duplicate);
}

TEST_CASE_METHOD(Fixture, "A repetition within one batch is decided once") {
  const std::vector<Command> batch{open_wallet("o", "w"), deposit("d", "w", 5), deposit("d", "w", 5),
                                   deposit("d", "w", 6)};
  const auto answers = shard.decide_all(batch);
  CHECK(answers[2] == marked(answers[1]));
  CHECK(answers[3].code == Code::idempotency_conflict);
  CHECK(store.head().header.last_sequence == SequenceNumber(2));
}

TEST_CASE_METHOD(Fixture, "A repetition after a restart is answered from the journal") {
  (void)shard.decide(open_wallet("o", "w"));
  const Answer original = shard.decide(deposit("d", "w", 500));
  ShardDriver restarted(store);
  restarted.start();
  CHECK(restarted.decide(deposit("d", "w", 500)) == marked(original));
  CHECK(restarted.decide(deposit("d", "w", 501)).code == Code::idempotency_conflict);
}

}  // namespace
}  // namespace florin::test
