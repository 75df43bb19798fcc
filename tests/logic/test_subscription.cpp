// A shard's journal is followed without a gap, whatever of it is published, lost or damaged on the way.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/recording_handler.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Ordinals = std::vector<std::uint64_t>;

struct Fixture {
  JournalSource source;
  RecordingHandler handler;
  SubscriptionSettings settings{std::size_t{1} << 20U, 2000};
  Subscription subscription{1, test_lineage(), {}, settings, handler};
  TimeUs now{1'000'000};

  Fixture() {
    source.journal.open_epoch();
    for (int i = 0; i < 9; ++i) {
      source.journal.commit(std::vector<Command>{deposit("d" + std::to_string(i), "w", 1)});
    }
  }

  void event(std::uint64_t ordinal) { subscription.on_event(source.record(ordinal)); }
  /// Asks and answers until nothing more is asked.
  int fetch_all() {
    int fetched = 0;
    for (auto fetches = subscription.fetches(now); !fetches.empty(); fetches = subscription.fetches(now)) {
      REQUIRE(++fetched < 100);
      subscription.on_reply(fetches.front().shard, source.query(fetches.front().query));
    }
    return fetched;
  }
  Subscription::ShardState state() const { return subscription.states().front(); }
};

Ordinals one_to(std::uint64_t last) {
  Ordinals ordinals;
  for (std::uint64_t i = 1; i <= last; ++i) {
    ordinals.push_back(i);
  }
  return ordinals;
}

TEST_CASE_METHOD(Fixture, "A consumer that starts asks for what there is and then follows live") {
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(10));
  source.journal.commit(std::vector<Command>{deposit("live", "w", 1)});
  event(11);
  CHECK(handler.ordinals == one_to(11));
  CHECK(subscription.fetches(now).empty());
  CHECK(state().gaps == 0);
  CHECK(state().position.hash == source.store.head().hash);
}

TEST_CASE_METHOD(Fixture, "Records that come live are handed over in order and once") {
  for (const std::uint64_t ordinal : {1, 2, 2, 1, 3, 3, 4}) {
    event(ordinal);
  }
  CHECK(handler.ordinals == one_to(4));
}

TEST_CASE_METHOD(Fixture, "A gap is seen by the next record and fetched") {
  fetch_all();
  source.journal.commit(std::vector<Command>{deposit("lost", "w", 1)});
  source.journal.commit(std::vector<Command>{deposit("seen", "w", 1)});
  event(12);
  CHECK(handler.ordinals == one_to(10));
  CHECK(state().gaps == 1);
  CHECK(state().known_head == BatchOrdinal(12));
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(12));
}

TEST_CASE_METHOD(Fixture, "A head announces a gap at the end") {
  fetch_all();
  source.journal.commit(std::vector<Command>{deposit("lost", "w", 1)});
  subscription.on_head(source.head());
  CHECK(state().gaps == 1);
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(11));
  subscription.on_head(source.head());
  CHECK(subscription.fetches(now).empty());
}

TEST_CASE_METHOD(Fixture, "A long gap is fetched in bounded chunks") {
  settings.fetch_bytes_max = 700;
  Subscription bounded(1, test_lineage(), {}, settings, handler);
  int fetched = 0;
  for (auto fetches = bounded.fetches(now); !fetches.empty(); fetches = bounded.fetches(now)) {
    bounded.on_reply(fetches.front().shard, source.query(fetches.front().query));
    ++fetched;
  }
  CHECK(fetched > 2);
  CHECK(handler.ordinals == one_to(10));
}

TEST_CASE_METHOD(Fixture, "Events that come while a gap is fetched are not handed over twice") {
  const auto fetches = subscription.fetches(now);
  event(1);
  event(2);
  subscription.on_reply(ShardIndex(0), source.query(fetches.front().query));
  CHECK(handler.ordinals == one_to(10));
}

TEST_CASE_METHOD(Fixture, "A damaged event is ignored and fetched once the next shows the gap") {
  fetch_all();
  source.journal.commit(std::vector<Command>{deposit("damaged", "w", 1)});
  source.journal.commit(std::vector<Command>{deposit("next", "w", 1)});
  std::string damaged = source.record(11);
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 1);
  subscription.on_event(damaged);
  subscription.on_event("nonsense");
  CHECK(state().diverged.empty());
  CHECK(subscription.fetches(now).empty());
  event(12);
  fetch_all();
  CHECK(handler.ordinals == one_to(12));
}

TEST_CASE_METHOD(Fixture, "A fetch without an answer is asked again after its time-out and not before") {
  CHECK(subscription.fetches(now).size() == 1);
  CHECK(subscription.fetches(now.plus(1'999'999)).empty());
  CHECK(subscription.fetches(now.plus(2'000'000)).size() == 1);
}

TEST_CASE_METHOD(Fixture, "A fetch is asked again when the clock is set back, and not hours later") {
  CHECK(subscription.fetches(now).size() == 1);
  CHECK(subscription.fetches(now).empty());
  CHECK(subscription.fetches(now.plus(-1)).size() == 1);
}

TEST_CASE_METHOD(Fixture, "An answer that comes late brings its records and the later one nothing twice") {
  const auto first = subscription.fetches(now);
  const auto second = subscription.fetches(now.plus(2'000'000));
  subscription.on_reply(ShardIndex(0), source.query(first.front().query));
  CHECK(handler.ordinals == one_to(10));
  CHECK(subscription.fetches(now.plus(2'000'001)).empty());
  subscription.on_reply(ShardIndex(0), source.query(second.front().query));
  CHECK(handler.ordinals == one_to(10));
  CHECK(subscription.fetches(now.plus(60'000'000)).empty());
}

TEST_CASE_METHOD(Fixture, "A late refusal and an answer from before a restart count for nothing") {
  const auto first = subscription.fetches(now);
  const auto request = decode_query(first.front().query).value().request;
  const auto second = subscription.fetches(now.plus(2'000'000));
  subscription.on_reply(ShardIndex(0), encode_refusal(request, {Code::diverged, "of an earlier position"}));
  CHECK(state().diverged.empty());
  subscription.restart({});
  subscription.on_reply(ShardIndex(0), source.query(second.front().query));
  CHECK(handler.ordinals.empty());
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(10));
}

TEST_CASE_METHOD(Fixture, "An owner that is away is asked less and less and at once when it is heard again") {
  std::vector<std::int64_t> asked_s;
  for (std::int64_t second = 0; second < 200; ++second) {
    if (!subscription.fetches(now.plus(second * 1'000'000)).empty()) {
      asked_s.push_back(second);
    }
  }
  CHECK(asked_s == std::vector<std::int64_t>{0, 2, 6, 14, 30, 62, 94, 126, 158, 190});
  subscription.on_head(source.head());
  CHECK(subscription.fetches(now.plus(200'000'000)).size() == 1);
}

TEST_CASE_METHOD(Fixture, "A record that comes while a fetch is under way is fetched after it") {
  const auto fetches = subscription.fetches(now);
  const std::string answer = source.query(fetches.front().query);
  source.journal.commit(std::vector<Command>{deposit("meanwhile", "w", 1)});
  event(11);  // cannot be taken yet
  subscription.on_reply(ShardIndex(0), answer);
  CHECK(handler.ordinals == one_to(10));
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(11));
}

TEST_CASE_METHOD(Fixture, "A head that lies far ahead costs one question and not one after the other") {
  fetch_all();
  Writer head;
  encode_position(head, {test_lineage(), ShardIndex(0), BatchOrdinal(1'000'000), SequenceNumber(1), {}});
  subscription.on_head(head.view());
  CHECK(fetch_all() == 1);
  CHECK(state().known_head == BatchOrdinal(10));
  CHECK(state().diverged.empty());
}

TEST_CASE_METHOD(Fixture, "A page without records that promises more is not asked for without end") {
  const auto fetches = subscription.fetches(now);
  const auto request = decode_query(fetches.front().query).value().request;
  Writer page;
  page.array(2).array(0).boolean(true);
  subscription.on_reply(ShardIndex(0), encode_reply(request, page.view()));
  CHECK(subscription.fetches(now.plus(1'999'999)).empty());
  CHECK(subscription.fetches(now.plus(2'000'000)).size() == 1);
}

TEST_CASE_METHOD(Fixture, "An answer that cannot be read is asked for again only after its time-out") {
  const auto fetches = subscription.fetches(now);
  const auto request = decode_query(fetches.front().query).value().request;
  subscription.on_reply(ShardIndex(0), encode_reply(request, "\xc0"));
  CHECK(state().diverged.empty());
  CHECK(subscription.fetches(now.plus(1'999'999)).empty());
  now = now.plus(2'000'000);
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(10));
}

TEST_CASE_METHOD(Fixture, "A head that waited behind what was fetched is checked once and is no gap") {
  const std::string old = source.head();
  fetch_all();
  source.journal.commit(std::vector<Command>{deposit("next", "w", 1)});
  event(11);
  subscription.on_head(old);
  CHECK(fetch_all() == 1);
  CHECK(state().gaps == 0);
  CHECK(state().diverged.empty());
}

TEST_CASE_METHOD(Fixture, "A fetch that is refused is asked again after its time-out and not at once") {
  const auto refused = subscription.fetches(now);
  const auto request = decode_query(refused.front().query).value().request;
  subscription.on_reply(ShardIndex(0), encode_refusal(request, {Code::store_fault, "closed"}));
  CHECK(subscription.fetches(now.plus(1'999'999)).empty());
  now = now.plus(2'000'000);
  CHECK(fetch_all() == 1);
  CHECK(handler.ordinals == one_to(10));
}

TEST_CASE_METHOD(Fixture, "Nonsense for an answer is ignored") {
  (void)subscription.fetches(now);
  subscription.on_reply(ShardIndex(0), "nonsense");
  subscription.on_reply(ShardIndex(9), "nonsense");
  subscription.on_head("nonsense");
  CHECK(handler.ordinals.empty());
  CHECK(state().diverged.empty());
}

}  // namespace
}  // namespace florin::test
