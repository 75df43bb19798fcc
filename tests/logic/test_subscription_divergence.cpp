// A consumer whose position is not on the owner's chain is told so and follows no further.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/recording_handler.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

const Id128 kOtherLineage = fixed_from<Id128>("another-lineage-");

std::vector<Command> one_deposit(std::string_view id, std::int64_t amount = 1) {
  return {deposit(id, "w", amount)};
}

Position position_at_head(const JournalSource& source) {
  return position_of(source.store.head().header, source.store.head().hash);
}

struct Follower {
  explicit Follower(const std::vector<Position>& stored)
      : subscription(1, test_lineage(), stored, {}, handler) {}

  /// One round of asking.
  void fetch_from(JournalSource& source) {
    for (const Fetch& fetch : subscription.fetches(TimeUs(1))) {
      subscription.on_reply(fetch.shard, source.query(fetch.query));
    }
  }
  [[nodiscard]] std::string diverged() const { return subscription.states().front().diverged; }

  RecordingHandler handler;
  Subscription subscription;
};

TEST_CASE("A stored position is followed from where it stands") {
  JournalSource source;
  source.journal.open_epoch();
  source.journal.commit(one_deposit("a"));
  const Position stored = position_at_head(source);
  source.journal.commit(one_deposit("b"));
  Follower follower({stored});
  follower.fetch_from(source);
  CHECK(follower.handler.ordinals == std::vector<std::uint64_t>{3});
  CHECK(follower.diverged().empty());
}

TEST_CASE("A position whose hash is not on the owner's chain is refused") {
  JournalSource mine;
  JournalSource theirs;
  mine.journal.open_epoch();
  theirs.journal.open_epoch();
  mine.journal.commit(one_deposit("a", 1));
  theirs.journal.commit(one_deposit("a", 2));
  Follower follower({position_at_head(mine)});
  follower.fetch_from(theirs);
  CHECK_FALSE(follower.diverged().empty());
  CHECK(follower.handler.ordinals.empty());
  CHECK(follower.subscription.fetches(TimeUs(INT64_MAX / 2)).empty());
}

TEST_CASE("A position ahead of the owner's journal is refused") {
  JournalSource mine;
  mine.journal.open_epoch();
  const JournalSource& shorter = mine;
  JournalSource owner;
  owner.journal.open_epoch();
  mine.journal.commit(one_deposit("a"));
  Follower follower({position_at_head(shorter)});
  follower.fetch_from(owner);
  CHECK_FALSE(follower.diverged().empty());
}

TEST_CASE("A live record that names another hash before it is refused") {
  JournalSource mine;
  JournalSource theirs;
  mine.journal.open_epoch();
  theirs.journal.open_epoch();
  mine.journal.commit(one_deposit("a", 1));
  theirs.journal.commit(one_deposit("a", 2));
  theirs.journal.commit(one_deposit("b"));
  Follower follower({position_at_head(mine)});
  follower.subscription.on_event(theirs.record(3));
  CHECK_FALSE(follower.diverged().empty());
  CHECK(follower.handler.ordinals.empty());
}

TEST_CASE("A live record of another lineage is refused") {
  JournalSource theirs(0, kOtherLineage);
  theirs.journal.open_epoch();
  Follower follower({});
  follower.subscription.on_event(theirs.record(1));
  CHECK(follower.diverged().find("lineage") != std::string::npos);
}

TEST_CASE("An owner of another lineage refuses the fetch") {
  JournalSource theirs(0, kOtherLineage);
  theirs.journal.open_epoch();
  Follower follower({});
  follower.fetch_from(theirs);
  CHECK_FALSE(follower.diverged().empty());
  CHECK(follower.handler.ordinals.empty());
}

TEST_CASE("A stored position of another lineage is refused from the start") {
  JournalSource theirs(0, kOtherLineage);
  theirs.journal.open_epoch();
  Follower follower({position_at_head(theirs)});
  CHECK_FALSE(follower.diverged().empty());
  CHECK(follower.subscription.fetches(TimeUs(1)).empty());
}

TEST_CASE("A damaged record in an answer of the owner is refused loudly") {
  JournalSource source;
  source.journal.open_epoch();
  Follower follower({});
  const auto fetches = follower.subscription.fetches(TimeUs(1));
  std::string damaged = source.record(1);
  damaged.back() = static_cast<char>(damaged.back() ^ 1);
  Writer payload;
  payload.array(2).array(1).bin(damaged).boolean(false);
  follower.subscription.on_reply(
      ShardIndex(0), encode_reply(decode_query(fetches.front().query).value().request, payload.view()));
  CHECK(follower.diverged().find("damaged") != std::string::npos);
}

TEST_CASE("A record that the handler refuses ends the following of its shard") {
  class Refusing : public RecordingHandler {
    Result<void> take(const BatchRecord& /*record*/) override { return problem(Code::diverged, "not mine"); }
  };
  JournalSource source;
  source.journal.open_epoch();
  Refusing handler;
  Subscription subscription(1, test_lineage(), {}, {}, handler);
  subscription.on_event(source.record(1));
  const auto state = subscription.states().front();
  CHECK(state.diverged.find("not mine") != std::string::npos);
  CHECK(state.position.ordinal == BatchOrdinal(0));
  CHECK(subscription.fetches(TimeUs(1)).empty());
}

/// The rest of a shard's life: its owner was restored from an older state and went another way.
struct RestoredOwner {
  JournalSource before;
  JournalSource after;
  RecordingHandler handler;
  Subscription subscription{1, test_lineage(), {}, {}, handler};

  RestoredOwner() {
    before.journal.open_epoch();
    after.journal.open_epoch();
    for (int i = 0; i < 5; ++i) {
      before.journal.commit(std::vector<Command>{deposit("d" + std::to_string(i), "w", 1)});
    }
    const auto fetches = subscription.fetches(TimeUs(1));
    subscription.on_reply(ShardIndex(0), before.query(fetches.front().query));
    REQUIRE(handler.ordinals.size() == 6);
  }
  void answer() {
    for (const Fetch& fetch : subscription.fetches(TimeUs(2))) {
      subscription.on_reply(ShardIndex(0), after.query(fetch.query));
    }
  }
  std::string diverged() const { return subscription.states().front().diverged; }
};

TEST_CASE_METHOD(RestoredOwner, "A head that is behind makes the owner say that it lost what was followed") {
  subscription.on_head(after.head());
  answer();
  CHECK_FALSE(diverged().empty());
}

TEST_CASE_METHOD(RestoredOwner, "A head of the same ordinal with another hash is a divergence") {
  for (int i = 0; i < 5; ++i) {
    after.journal.commit(std::vector<Command>{deposit("x" + std::to_string(i), "w", 1)});
  }
  subscription.on_head(after.head());
  answer();
  CHECK_FALSE(diverged().empty());
}

TEST_CASE_METHOD(RestoredOwner, "A record of a later epoch at a place that was passed is a divergence") {
  after.journal.open_epoch();
  subscription.on_event(after.record(2));
  answer();
  CHECK_FALSE(diverged().empty());
}

TEST_CASE("One shard that diverged does not stop the others") {
  JournalSource good(1);
  good.journal.open_epoch();
  JournalSource bad(0, kOtherLineage);
  bad.journal.open_epoch();
  RecordingHandler handler;
  Subscription subscription(2, test_lineage(), {}, {}, handler);
  subscription.on_event(bad.record(1));
  subscription.on_event(good.record(1));
  CHECK(handler.ordinals == std::vector<std::uint64_t>{1});
  REQUIRE(subscription.fetches(TimeUs(1)).size() == 1);
}

}  // namespace
}  // namespace florin::test
