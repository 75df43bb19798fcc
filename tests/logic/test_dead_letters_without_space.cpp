// While its store has no room the sink loses nothing, keeps nothing twice and does not end.

#include "logic/dead_letter_logic.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{16} << 20U, 16, 16};

class FullStore : public LmdbDeadLetterStore {
 public:
  using LmdbDeadLetterStore::LmdbDeadLetterStore;

  void commit(std::span<const SinkPosition> positions, std::span<const Letter> letters) override {
    check_room();
    LmdbDeadLetterStore::commit(positions, letters);
  }
  void commit(RefusedSequence position, std::span<const Letter> letters) override {
    check_room();
    LmdbDeadLetterStore::commit(position, letters);
  }

  bool full = true;

 private:
  void check_room() const {
    if (full) {
      throw StoreFault(FaultKind::no_space, "no room");
    }
  }
};

struct Fixture {
  TempDir directory;
  FullStore store{directory / "letters", kSmall};
  LmdbRefusedLog refused{directory / "router", kSmall};
  FlowObserver observer;
  JournalSource source;
  DeadLetterLogic logic{store, observer};
  InboxIndex inbox;
  QueryHandler router = router_queries(refused, inbox, [] { return std::string("\x80"); });
  TimeUs now{5'000'000};

  Fixture() {
    source.journal.open_epoch();
    source.journal.commit(std::vector<Command>{withdraw("r", "nobody", 5)});
    std::vector records{make_refused(now, "peer", {Code::malformed, "no"}, "x")};
    refused.append(records);
  }

  void take_all() {
    for (const std::string& bytes : source.store.journal()) {
      REQUIRE(logic.take(read_record(bytes).value()).has_value());
    }
  }
  std::vector<std::uint64_t> numbers() const {
    std::vector<std::uint64_t> numbers;
    for (const Letter& letter : store.letters(LetterNumber(0), 100, {}).rows) {
      numbers.push_back(letter.number.value());
    }
    return numbers;
  }
};

TEST_CASE_METHOD(Fixture,
                 "A page of the refused log that comes while letters wait for room is asked for again") {
  take_all();
  CHECK_THROWS_AS(logic.flush(now), StoreFault);
  CHECK_FALSE(logic.on_refused_reply(router(logic.refused_query()), now));
  store.full = false;
  logic.flush(now);
  (void)logic.on_refused_reply(router(logic.refused_query()), now);
  CHECK(numbers() == std::vector<std::uint64_t>{1, 2});
  CHECK(store.refused_position() == RefusedSequence(1));
}

TEST_CASE_METHOD(Fixture, "A page of the refused log that found no room is taken once when there is") {
  CHECK_THROWS_AS(logic.on_refused_reply(router(logic.refused_query()), now), StoreFault);
  store.full = false;
  take_all();
  logic.flush(now);
  (void)logic.on_refused_reply(router(logic.refused_query()), now);
  (void)logic.on_refused_reply(router(logic.refused_query()), now);
  CHECK(numbers() == std::vector<std::uint64_t>{1, 2});
}

}  // namespace
}  // namespace florin::test
