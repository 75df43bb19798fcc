// Every failure becomes a letter, exactly once, over restarts.

#include "logic/dead_letter_logic.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{16} << 20U, 16, 16};

struct Fixture {
  TempDir directory;
  LmdbDeadLetterStore store{directory / "letters", kSmall};
  LmdbRefusedLog refused{directory / "router", kSmall};
  FlowObserver observer;
  JournalSource source{2};
  DeadLetterLogic logic{store, observer};
  InboxIndex inbox;
  QueryHandler router = router_queries(refused, inbox, [] { return std::string("\x80"); });
  TimeUs now{5'000'000};
  std::uint64_t taken = 0;

  Fixture() {
    source.journal.open_epoch();
    source.journal.commit(std::vector<Command>{open_wallet("o", "w"), withdraw("r", "w", 5),
                                               advice(deposit("u", "nobody", 7)), deposit("d", "w", 1)});
  }

  void take_all(DeadLetterLogic& to) {
    for (const std::string& bytes : source.store.snapshot()->records(BatchOrdinal(taken), SIZE_MAX).rows) {
      REQUIRE(to.take(read_record(bytes).value()).has_value());
      ++taken;
    }
  }
  void refuse(int count) {
    std::vector<RefusedRecord> records;
    records.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
      records.push_back(make_refused(now, "peer", {Code::malformed, "no"}, "x" + std::to_string(i)));
    }
    refused.append(records);
  }
  std::vector<Letter> letters() const { return store.letters(LetterNumber(0), 10'000, {}).rows; }
};

TEST_CASE_METHOD(Fixture, "Each failure becomes a letter of its class with its entry whole") {
  take_all(logic);
  logic.flush(now);
  const auto kept = letters();
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].number == LetterNumber(1));
  CHECK(kept[0].letter_class == LetterClass::rejected);
  CHECK(kept[0].code() == Code::insufficient_funds);
  CHECK(kept[0].arrived == now);
  CHECK(kept[0].entry->shard == ShardIndex(2));
  CHECK(kept[0].entry->entry == source.store.snapshot()->entry(SequenceNumber(2)).entry);
  CHECK(kept[1].letter_class == LetterClass::unapplied);
  CHECK(kept[1].code() == Code::wallet_not_found);
  CHECK(needs_action(kept[1].letter_class));
}

TEST_CASE_METHOD(Fixture, "A failure that is skipped is a refusal and not a letter less") {
  take_all(logic);
  source.journal.commit(std::vector<Command>{withdraw("r2", "w", 5)});
  source.journal.commit(std::vector<Command>{withdraw("r3", "w", 5)});
  const std::string later = source.record(4);
  const auto taken_one = logic.take(read_record(later).value());
  REQUIRE_FALSE(taken_one.has_value());
  CHECK(taken_one.error().code == Code::diverged);
  CHECK(taken_one.error().detail == "its failures go on at 4 and the last one here is 2");
  take_all(logic);
  logic.flush(now);
  CHECK(letters().size() == 4);
}

TEST_CASE_METHOD(Fixture, "The failures go on over a restart and a hole behind it is seen") {
  take_all(logic);
  logic.flush(now);
  CHECK(store.positions().front().failure == FailureSequence(2));
  source.journal.commit(std::vector<Command>{withdraw("r2", "w", 5)});
  source.journal.commit(std::vector<Command>{withdraw("r3", "w", 5)});
  DeadLetterLogic restarted(store, observer);
  const std::string later = source.record(4);
  CHECK_FALSE(restarted.take(read_record(later).value()).has_value());
  const std::string next = source.record(3);
  CHECK(restarted.take(read_record(next).value()).has_value());
}

TEST_CASE_METHOD(Fixture, "A record that holds other failures than it counts is refused whole") {
  BatchHeader header = read_record(source.record(2)).value().header;
  const auto entries = read_record(source.record(2)).value().entries().value();
  BatchBuilder builder(header);
  builder.add(entries.front());  // a success, in a record whose header will count a failure
  const SealedRecord sealed = std::move(builder).seal();
  BatchRecord forged = read_record(sealed.bytes).value();
  forged.header.last_failure = FailureSequence(1);
  const auto taken_one = logic.take(forged);
  REQUIRE_FALSE(taken_one.has_value());
  CHECK(taken_one.error().detail ==
        "the record's failure sequences are 1 and the failures among its entries 0");
  logic.flush(now);
  CHECK(store.positions().empty());
}

TEST_CASE_METHOD(Fixture, "What was taken and not flushed becomes a letter once after a restart") {
  take_all(logic);
  CHECK(letters().empty());
  DeadLetterLogic restarted(store, observer);
  taken = 0;
  take_all(restarted);
  restarted.flush(now);
  CHECK(letters().size() == 2);
}

TEST_CASE_METHOD(Fixture, "After a flush and a restart the numbers go on and nothing is kept twice") {
  take_all(logic);
  logic.flush(now);
  source.journal.commit(std::vector<Command>{withdraw("r2", "w", 5)});
  DeadLetterLogic restarted(store, observer);
  taken = store.positions().front().position.ordinal.value();
  take_all(restarted);
  restarted.flush(now);
  const auto kept = letters();
  REQUIRE(kept.size() == 3);
  CHECK(kept[2].number == LetterNumber(3));
}

TEST_CASE_METHOD(Fixture, "A position without letters is stored only now and then") {
  take_all(logic);
  logic.flush(now);
  source.journal.commit(std::vector<Command>{deposit("d2", "w", 1)});
  take_all(logic);
  logic.flush(now);
  CHECK(store.positions().front().position.ordinal == BatchOrdinal(2));
  logic.flush(now.plus(999'999));
  CHECK(store.positions().front().position.ordinal == BatchOrdinal(2));
  logic.flush(now.plus(1'000'000));
  CHECK(store.positions().front().position.ordinal == BatchOrdinal(3));
}

TEST_CASE_METHOD(Fixture, "At the end a position without letters does not wait") {
  take_all(logic);
  logic.flush(now);
  source.journal.commit(std::vector<Command>{deposit("d2", "w", 1)});
  take_all(logic);
  logic.flush(now);
  logic.finish(now);
  CHECK(store.positions().front().position.ordinal == BatchOrdinal(3));
}

TEST_CASE_METHOD(Fixture, "A position without letters does not wait for a clock that was set back") {
  take_all(logic);
  logic.flush(now);
  source.journal.commit(std::vector<Command>{deposit("d2", "w", 1)});
  take_all(logic);
  logic.flush(now);
  logic.flush(now.plus(-1));
  CHECK(store.positions().front().position.ordinal == BatchOrdinal(3));
}

TEST_CASE_METHOD(Fixture, "The router's refused log becomes letters page by page and once") {
  refuse(501);
  CHECK(logic.on_refused_reply(router(logic.refused_query()), now));
  CHECK_FALSE(logic.on_refused_reply(router(logic.refused_query()), now));
  CHECK_FALSE(logic.on_refused_reply(router(logic.refused_query()), now));
  const auto kept = letters();
  REQUIRE(kept.size() == 501);
  CHECK(kept.back().letter_class == LetterClass::malformed);
  CHECK(kept.back().refused->bytes == "x500");
  CHECK(store.refused_position() == RefusedSequence(501));
}

TEST_CASE_METHOD(Fixture, "An answer to an earlier asking is not taken twice") {
  refuse(3);
  const std::string reply = router(logic.refused_query());
  (void)logic.on_refused_reply(reply, now);
  (void)logic.on_refused_reply(reply, now);
  CHECK(letters().size() == 3);
}

TEST_CASE_METHOD(Fixture, "A restart goes on behind the refused messages it has") {
  refuse(2);
  (void)logic.on_refused_reply(router(logic.refused_query()), now);
  refuse(1);
  DeadLetterLogic restarted(store, observer);
  (void)restarted.on_refused_reply(router(restarted.refused_query()), now);
  CHECK(letters().size() == 3);
}

TEST_CASE_METHOD(Fixture, "Nonsense and refusals for an answer are ignored") {
  CHECK_FALSE(logic.on_refused_reply("nonsense", now));
  CHECK_FALSE(logic.on_refused_reply(encode_refusal(0, {Code::store_fault, "closed"}), now));
  CHECK(letters().empty());
}

TEST_CASE_METHOD(Fixture, "Letters are filtered by wallet") {
  take_all(logic);
  logic.flush(now);
  refuse(1);
  (void)logic.on_refused_reply(router(logic.refused_query()), now);
  LetterFilter filter;
  filter.wallet = WalletId("nobody");
  const auto page = store.letters(LetterNumber(0), 10, filter);
  REQUIRE(page.rows.size() == 1);
  CHECK(page.rows[0].letter_class == LetterClass::unapplied);
}

}  // namespace
}  // namespace florin::test
