// What the consumers keep is read back, from the same store and after opening again.

#include <string>
#include <vector>

#include "storage/fault.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{16} << 20U, 16, 16};

Position position(std::uint16_t shard, std::uint64_t ordinal) {
  return {test_lineage(), ShardIndex(shard), BatchOrdinal(ordinal), SequenceNumber(ordinal * 3), {}};
}

Account account(std::string_view wallet, std::int64_t balance) {
  return {WalletId(wallet), currency("EUR"), MinorUnits(balance), balance, 0, 1,
          WalletVersion(2), LineNumber(4)};
}

Letter letter(std::uint64_t number, LetterClass letter_class) {
  Letter made;
  made.number = LetterNumber(number);
  made.letter_class = letter_class;
  made.refused = make_refused(TimeUs(5), "peer", {Code::malformed, "what"}, "bytes");
  return made;
}

TEST_CASE("Accounting keeps accounts and totals and positions together") {
  const TempDir directory;
  const DailyTotal total{{20260101, currency("EUR"), Kind::deposit}, 2, 30};
  {
    LmdbAccountingStore store(directory.path(), kSmall);
    CHECK(store.positions().empty());
    CHECK_FALSE(store.account(WalletId("a")).has_value());
    const std::vector<Position> first{position(0, 1), position(3, 7)};
    const std::vector<Account> accounts{account("a", 10), account("b", 20)};
    store.commit({first, {}, accounts, {&total, 1}});
    const Position second = position(3, 8);
    const Account changed = account("b", 25);
    store.commit({{&second, 1}, {}, {&changed, 1}, {}});
  }
  LmdbAccountingStore store(directory.path(), kSmall);
  CHECK(store.positions() == std::vector{position(0, 1), position(3, 8)});
  CHECK(store.account(WalletId("a")) == account("a", 10));
  CHECK(store.account(WalletId("b")) == account("b", 25));
  CHECK(store.daily_total(total.key) == total);
  CHECK(store.daily_totals() == std::vector{total});
  CHECK_FALSE(store.daily_total({20260102, currency("EUR"), Kind::deposit}).has_value());
  const auto page = store.accounts("a", 10);
  REQUIRE(page.rows.size() == 1);
  CHECK(page.rows.front().wallet.view() == "b");
  CHECK(store.accounts({}, 1).more);
}

StatementLine line(std::uint64_t number) {
  StatementLine line;
  line.number = LineNumber(number);
  line.previous = LineNumber(number / 2);
  line.wallet = WalletId("w");
  line.sequence = SequenceNumber(number * 3);
  line.currency = currency("EUR");
  line.id = TransactionId("t" + std::to_string(number));
  line.external = ExternalAccount("fees");
  return line;
}

TEST_CASE("Statement lines are found by their numbers across blocks and after opening again") {
  const TempDir directory;
  {
    LmdbAccountingStore store(directory.path(), kSmall);
    CHECK(store.last_line() == LineNumber(0));
    CHECK_FALSE(store.line(LineNumber(1)).has_value());
    CHECK(store.lines(LineNumber(0), 10).rows.empty());
    std::vector<StatementLine> lines;
    for (std::uint64_t i = 1; i <= 600; ++i) {
      lines.push_back(line(i));
    }
    store.commit({{}, lines, {}, {}});
    const StatementLine one_more = line(601);
    store.commit({{}, {&one_more, 1}, {}, {}});
  }
  const LmdbAccountingStore store(directory.path(), kSmall);
  CHECK(store.last_line() == LineNumber(601));
  for (const std::uint64_t number : {1, 2, 256, 257, 512, 513, 600, 601}) {
    CHECK(store.line(LineNumber(number)) == line(number));
  }
  CHECK_FALSE(store.line(LineNumber(0)).has_value());
  CHECK_FALSE(store.line(LineNumber(602)).has_value());
  const auto page = store.lines(LineNumber(250), 300);
  REQUIRE(page.rows.size() == 300);
  CHECK(page.rows.front() == line(251));
  CHECK(page.rows.back() == line(550));
  CHECK(page.more);
  CHECK(store.lines(LineNumber(550), 51).rows.size() == 51);
  CHECK_FALSE(store.lines(LineNumber(550), 51).more);
  CHECK(store.lines(LineNumber(601), 10).rows.empty());
}

TEST_CASE("Daily totals come by day then currency then kind") {
  const TempDir directory;
  LmdbAccountingStore store(directory.path(), kSmall);
  const std::vector<DailyTotal> totals{{{20260102, currency("EUR"), Kind::deposit}, 1, 1},
                                       {{20260101, currency("USD"), Kind::deposit}, 1, 1},
                                       {{20260101, currency("EUR"), Kind::payment}, 1, 1},
                                       {{20260101, currency("EUR"), Kind::deposit}, 1, 1}};
  store.commit({{}, {}, {}, totals});
  const auto read = store.daily_totals();
  REQUIRE(read.size() == 4);
  CHECK(std::is_sorted(read.begin(), read.end(),
                       [](const DailyTotal& a, const DailyTotal& b) { return a.key < b.key; }));
}

TEST_CASE("The dead-letter sink numbers and counts and filters its letters") {
  const TempDir directory;
  {
    LmdbDeadLetterStore store(directory.path(), kSmall);
    CHECK(store.last_number() == LetterNumber(0));
    CHECK(store.refused_position() == RefusedSequence(0));
    CHECK(store.counts() == std::vector<std::uint64_t>(5));
    store.commit(std::vector{SinkPosition{position(0, 4), FailureSequence(2)}},
                 std::vector{letter(1, LetterClass::rejected), letter(2, LetterClass::unapplied)});
    store.commit(RefusedSequence(9), std::vector{letter(3, LetterClass::malformed)});
  }
  LmdbDeadLetterStore store(directory.path(), kSmall);
  CHECK(store.positions() == std::vector{SinkPosition{position(0, 4), FailureSequence(2)}});
  CHECK(store.last_number() == LetterNumber(3));
  CHECK(store.refused_position() == RefusedSequence(9));
  CHECK(store.counts() == std::vector<std::uint64_t>{1, 0, 1, 0, 1});
  CHECK(store.letter(LetterNumber(2))->letter_class == LetterClass::unapplied);
  CHECK_FALSE(store.letter(LetterNumber(4)).has_value());

  CHECK(store.letters(LetterNumber(0), 10, {}).rows.size() == 3);
  CHECK(store.letters(LetterNumber(1), 10, {}).rows.size() == 2);
  CHECK(store.letters(LetterNumber(0), 2, {}).more);
  CHECK_FALSE(store.letters(LetterNumber(0), 3, {}).more);
  LetterFilter filter;
  filter.only_needing_action = true;
  CHECK(store.letters(LetterNumber(0), 10, filter).rows.size() == 2);
  filter.letter_class = LetterClass::malformed;
  CHECK(store.letters(LetterNumber(0), 10, filter).rows.size() == 1);
}

TEST_CASE("The refused log numbers what it keeps and goes on after opening again") {
  const TempDir directory;
  const auto record = [](std::string_view bytes) {
    return make_refused(TimeUs(5), "peer", {Code::malformed, "what"}, bytes);
  };
  {
    LmdbRefusedLog log(directory.path(), kSmall);
    std::vector records{record("one"), record("two")};
    log.append(records);
    CHECK(records[1].sequence == RefusedSequence(2));
  }
  LmdbRefusedLog log(directory.path(), kSmall);
  CHECK(log.last() == RefusedSequence(2));
  std::vector more{record("three")};
  log.append(more);
  const auto page = log.after(RefusedSequence(1), 10);
  REQUIRE(page.rows.size() == 2);
  CHECK(page.rows[0].bytes == "two");
  CHECK(page.rows[1] == more[0]);
}

TEST_CASE("Each start of the router has a higher incarnation") {
  const TempDir directory;
  CHECK(LmdbRefusedLog(directory.path(), kSmall).begin_incarnation() == Incarnation(1));
  LmdbRefusedLog log(directory.path(), kSmall);
  CHECK(log.begin_incarnation() == Incarnation(2));
  CHECK(log.begin_incarnation() == Incarnation(3));
}

TEST_CASE("A refused message keeps its start and the length and hash of all of it") {
  const std::string bytes(10'000, 'x');
  const RefusedRecord record = make_refused(TimeUs(5), std::string(300, 'p'), {Code::malformed, {}}, bytes);
  CHECK(record.bytes.size() == kRefusedBytesMax);
  CHECK(record.length == 10'000);
  CHECK(record.hash != make_refused(TimeUs(5), "p", {}, record.bytes).hash);
  CHECK(record.peer.size() == 255);
}

}  // namespace
}  // namespace florin::test
