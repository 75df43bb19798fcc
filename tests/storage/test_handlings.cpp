// What was done about dead letters is durable before it is answered, beside the thread that keeps letters.

#include <thread>
#include <utility>

#include "logic/queries.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/letters.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{16} << 20U, 16, 16};
constexpr TimeUs kNow{9'000'000};
const LetterFilter kAll;

Letter numbered(std::uint64_t number, LetterClass letter_class) {
  Letter letter = letter_of(letter_class, payment("p-" + std::to_string(number), "w", 5));
  letter.number = LetterNumber(number);
  return letter;
}

/// A store whose next change fails in a way that leaves its outcome unknown.
class FailingStore : public LmdbDeadLetterStore {
 public:
  using LmdbDeadLetterStore::LmdbDeadLetterStore;

  Result<Letter> handle(LetterNumber number, const Change& change) override {
    if (std::exchange(fails, false)) {
      throw StoreFault(FaultKind::unknown_outcome, "a fault that the test asked for");
    }
    return LmdbDeadLetterStore::handle(number, change);
  }
  void reopen() override {
    ++reopened;
    LmdbDeadLetterStore::reopen();
  }

  bool fails = false;
  int reopened = 0;
};

struct Door {
  TempDir directory;
  FailingStore store{directory.path(), kSmall};
  QueryHandler ask = dead_letter_queries(
      store, [] { return std::string("\x80"); }, [] { return kNow; });

  Door() {
    store.commit(RefusedSequence(1),
                 std::vector{numbered(1, LetterClass::rejected), numbered(2, LetterClass::failed),
                             numbered(3, LetterClass::failed)});
  }

  /// The code of the reply.
  Code tell(Handle handle, std::uint64_t letter) {
    handle.request = 5;
    handle.letter = LetterNumber(letter);
    const std::string bytes = ask(encode_handle(handle));
    const auto reply = decode_reply(bytes).value();
    CHECK(reply.request == 5);
    return reply.code;
  }
  std::vector<std::uint64_t> listed(const LetterFilter& filter) const {
    std::vector<std::uint64_t> numbers;
    for (const Letter& letter : store.letters(LetterNumber(0), 100, filter).rows) {
      numbers.push_back(letter.number.value());
    }
    return numbers;
  }
};

using Numbers = std::vector<std::uint64_t>;

TEST_CASE("A handling is there after opening again and counted") {
  const TempDir directory;
  {
    LmdbDeadLetterStore store(directory.path(), kSmall);
    store.commit(RefusedSequence(1), std::vector{numbered(1, LetterClass::failed)});
    const QueryHandler ask = dead_letter_queries(
        store, [] { return std::string("\x80"); }, [] { return kNow; });
    Handle handle = discard("paid by hand");
    handle.letter = LetterNumber(1);
    CHECK(decode_reply(ask(encode_handle(handle)))->code == Code::none);
  }
  const LmdbDeadLetterStore store(directory.path(), kSmall);
  const auto letter = store.letter(LetterNumber(1));
  REQUIRE(letter.has_value());
  REQUIRE(letter->handlings.size() == 1);
  CHECK(letter->handlings[0].state == HandlingState::discarded);
  CHECK(letter->handlings[0].reason == "paid by hand");
  CHECK(letter->handlings[0].time == kNow);
  CHECK(store.counts() == Numbers{0, 0, 0, 1, 0});
  CHECK(store.handled_counts() == Numbers{0, 0, 0, 1, 0});
}

TEST_CASE_METHOD(Door, "The reply to a handling is the letter as it then stands") {
  Handle handle = reserve();
  handle.letter = LetterNumber(2);
  const std::string bytes = ask(encode_handle(handle));
  Reader reader(decode_reply(bytes)->payload);
  const Letter letter = decode_letter(reader);
  reader.finish();
  REQUIRE(reader.ok());
  CHECK(letter.number == LetterNumber(2));
  REQUIRE(letter.handling() != nullptr);
  CHECK(letter.handling()->id.view() == "p-2");
  CHECK(store.letter(LetterNumber(2))->handlings == letter.handlings);
}

TEST_CASE_METHOD(Door, "A letter counts as handled only while it is redriven or discarded") {
  CHECK(tell(reserve(), 2) == Code::none);
  CHECK(store.handled_counts() == Numbers{0, 0, 0, 0, 0});
  CHECK(tell(record("p-2", Resolution::success), 2) == Code::none);
  CHECK(store.handled_counts() == Numbers{0, 0, 0, 1, 0});
  CHECK(tell(discard("no"), 3) == Code::none);
  CHECK(store.handled_counts() == Numbers{0, 0, 0, 2, 0});
  Handle again = reserve();
  again.even_discarded = true;
  CHECK(tell(again, 3) == Code::none);
  CHECK(store.handled_counts() == Numbers{0, 0, 0, 1, 0});
}

TEST_CASE_METHOD(Door, "Refusals and unknown letters change nothing") {
  CHECK(tell(reserve(), 1) == Code::not_redrivable);
  CHECK(tell(record("p-2", Resolution::success), 2) == Code::already_handled);
  CHECK(tell(discard("no"), 4) == Code::not_found);
  CHECK(decode_reply(ask(encode_handle(discard("")))).value().code == Code::malformed);
  for (const std::uint64_t number : {1, 2, 3}) {
    CHECK(store.letter(LetterNumber(number))->handlings.empty());
  }
}

TEST_CASE_METHOD(Door, "Letters are filtered by how they were handled and by reason and shard") {
  CHECK(tell(discard("no"), 2) == Code::none);
  LetterFilter filter;
  filter.handled = true;
  CHECK(listed(filter) == Numbers{2});
  filter.handled = false;
  CHECK(listed(filter) == Numbers{1, 3});
  filter.reason = Code::insufficient_funds;
  CHECK(listed(filter) == Numbers{1});
  filter = {};
  filter.only_needing_action = true;
  CHECK(listed(filter) == Numbers{3});
  filter = {};
  filter.shard = ShardIndex(1);
  CHECK(listed(filter).empty());
  filter.shard = ShardIndex(0);
  CHECK(listed(filter) == Numbers{1, 2, 3});
}

TEST_CASE_METHOD(Door, "The options of the query for letters are read by name") {
  const auto asked = [&](const Writer& parameters) {
    return decode_reply(ask(encode_query(1, QueryKind::letters, parameters.view()))).value().code;
  };
  Writer plain;
  plain.array(5).uint(0).uint(10).boolean(false).nil().nil();
  CHECK(asked(plain) == Code::none);
  Writer with_options;
  with_options.array(6).uint(0).uint(10).boolean(false).nil().nil().map(3);
  with_options.text("handled").boolean(false).text("reason").uint(231).text("shard").uint(0);
  CHECK(asked(with_options) == Code::none);
  Writer unknown;
  unknown.array(6).uint(0).uint(10).boolean(false).nil().nil().map(1).text("colour").uint(1);
  CHECK(asked(unknown) == Code::unknown_option);
  Writer longer;
  longer.array(7).uint(0).uint(10).boolean(false).nil().nil().map(0).nil();
  CHECK(asked(longer) == Code::wrong_length);
}

TEST_CASE_METHOD(Door, "After a fault the store is opened again and the same handling can be told again") {
  store.fails = true;
  CHECK(tell(discard("no"), 2) == Code::store_fault);
  CHECK(store.reopened == 1);
  CHECK(tell(discard("no"), 2) == Code::none);
  CHECK(store.letter(LetterNumber(2))->is_handled());
}

TEST_CASE_METHOD(Door, "Letters are handled while others arrive and none is lost") {
  constexpr std::uint64_t kLetters = 60;
  std::thread sink([&] {
    for (std::uint64_t number = 4; number <= kLetters; ++number) {
      store.commit(RefusedSequence(number), std::vector{numbered(number, LetterClass::failed)});
    }
  });
  for (std::uint64_t number = 2; number <= kLetters;) {
    const auto letter = store.handle(LetterNumber(number), [](const Letter& before) -> Result<Letter> {
      Letter after = before;
      after.handlings.push_back({HandlingState::discarded, kNow, OperatorName("ann"), {}, {}, {}, "no"});
      return after;
    });
    number += letter ? 1 : 0;  // not there yet
  }
  sink.join();
  CHECK(listed(kAll).size() == kLetters);
  CHECK(store.handled_counts() == Numbers{0, 0, 0, kLetters - 1, 0});
}

}  // namespace
}  // namespace florin::test
