// The router's inbox: durable before it is answered, in order, bounded, and never lost.

#include <utility>

#include "protocol/inbox_chunk.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/router_driver.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Ids = std::vector<std::string>;
using Tickets = std::vector<std::uint64_t>;

constexpr std::int64_t kSecondUs = 1'000'000;

struct Sent {
  std::string id;
  bool is_async = false;
  std::string wallet = "w";
};

struct InboxRouter : RouterDriver {
  explicit InboxRouter(const RouterLimits& limits = {}, const MemoryInboxStore& found = {})
      : RouterDriver(1, limits, 0, found) {
    submit_raw("a", encode_hello({session, 1, 1, 1}));
    (void)flush();
  }

  /// As the next message of the session.
  void message(const std::vector<Sent>& list) {
    std::vector<TracedCommand> commands;
    for (const Sent& sent : list) {
      commands.push_back({deposit(sent.id, sent.wallet, 1), {}, sent.is_async});
    }
    submit_raw("a", encode_submit({session, next++}, commands));
  }
  RouterSent exchange(const std::vector<Sent>& list) {
    message(list);
    return flush();
  }
  RouterSent after(std::int64_t us) {
    now = now.plus(us);
    return flush();
  }

  const SessionNonce session = fixed_from<SessionNonce>("0123456789abcdef");
  std::uint64_t next = 1;
};

std::vector<Resolution> resolutions(const RouterSent& sent) {
  std::vector<Resolution> all;
  const auto of_client = sent.answers.find("a");
  if (of_client != sent.answers.end()) {
    for (const AddressedAnswer& answer : of_client->second) {
      all.push_back(answer.answer.resolution);
    }
  }
  return all;
}

Ids kept(const MemoryInboxStore& store) {
  Ids ids;
  for (const auto& [key, chunk] : store.chunks) {
    const auto decoded = decode_inbox_chunk(chunk).value();
    for (const InboxChunk::Item& item : decoded.items) {
      ids.emplace_back(item.command.id.view());
    }
  }
  return ids;
}

using Resolutions = std::vector<Resolution>;
constexpr auto kQueued = Resolution::queued;
constexpr auto kRefused = Resolution::refused;

TEST_CASE("An asynchronous command is queued once it is in the store, with no shard there") {
  InboxRouter router;
  CHECK(resolutions(router.exchange({{"1", true}, {"2", true}})) == Resolutions{kQueued, kQueued});
  CHECK(kept(router.inbox) == Ids{"1", "2"});
  CHECK(router.inbox.commits == 1);
  CHECK_FALSE(router.logic.has_unanswered());
  router.ready();
  CHECK(router.flush().ids() == Ids{"1", "2"});
}

TEST_CASE("The outcome of an asynchronous command is told to nobody, and its chunk goes behind it") {
  InboxRouter router;
  router.ready();
  (void)router.exchange({{"1", true}, {"2", true}});
  router.results(Tickets{1});
  CHECK(router.after(kSecondUs).answers.empty());
  CHECK(kept(router.inbox) == Ids{"1", "2"});
  router.results(Tickets{2});
  CHECK(router.logic.has_unanswered());  // a chunk is to be removed
  CHECK(router.after(kSecondUs).answers.empty());
  CHECK_FALSE(router.logic.has_unanswered());
  CHECK(kept(router.inbox).empty());
  CHECK(router.logic.status().inbox[0].commands == 0);
  CHECK(router.logic.status().inbox[0].bytes == 0);
}

TEST_CASE("A router that ends does not wait for its inbox to be decided") {
  InboxRouter router;
  router.ready();
  (void)router.exchange({{"1", true}});
  (void)router.exchange({{"2", true}});
  router.results(Tickets{1});
  (void)router.flush();
  CHECK_FALSE(router.logic.has_unanswered());  // 2 is left for the next start, and the chunk of 1 with it
  router.results(Tickets{2});
  CHECK(router.logic.has_unanswered());
  (void)router.after(kSecondUs);
  CHECK_FALSE(router.logic.has_unanswered());
}

TEST_CASE("An id can be asked for from acceptance to its answer") {
  InboxRouter router;
  router.ready();
  const TimeUs accepted = router.now;
  (void)router.exchange({{"1", true}});
  CHECK(router.index.find(WalletId("w"), TransactionId("1")) == accepted);
  CHECK(router.index.find(WalletId("w"), TransactionId("2")) == std::nullopt);
  router.results(Tickets{1});
  (void)router.flush();
  CHECK(router.index.find(WalletId("w"), TransactionId("1")) == std::nullopt);
}

TEST_CASE("What comes behind an asynchronous command stays behind it") {
  InboxRouter router;
  router.ready();
  const RouterSent sent = router.exchange({{"1"}, {"2", true}, {"3"}, {"4", true, "v"}, {"5"}});
  CHECK(sent.ids() == Ids{"1", "2", "3", "4", "5"});
  CHECK(resolutions(sent) == Resolutions{kQueued, kQueued});
}

TEST_CASE("What is in memory only is written with the asynchronous command behind it") {
  InboxRouter router;
  (void)router.exchange({{"1"}, {"2", false, "v"}});
  (void)router.exchange({{"3"}, {"4", true}, {"5"}});
  CHECK(kept(router.inbox) == Ids{"1", "3", "4"});

  InboxRouter restarted({}, router.inbox);
  restarted.ready();
  CHECK(restarted.exchange({{"5"}}).ids() == Ids{"1", "3", "4", "5"});
  CHECK(restarted.index.find(WalletId("w"), TransactionId("4")).has_value());
}

TEST_CASE("A synchronous command that was written is answered with its outcome all the same") {
  InboxRouter router;
  router.ready();
  (void)router.exchange({{"1"}});
  (void)router.exchange({{"2", true}});
  router.results(Tickets{1, 2});
  const RouterSent sent = router.flush();
  REQUIRE(sent.answers.at("a").size() == 1);
  CHECK(sent.answers.at("a")[0].answer.detail == "ticket 1");
}

TEST_CASE("What the queue does not hold waits in the store, and comes in order as there is room") {
  RouterLimits limits;
  limits.queue_commands_max = 4;
  InboxRouter router(limits);
  router.ready();
  const RouterSent sent = router.exchange(
      {{"1", true}, {"2", true}, {"3", true}, {"4", true}, {"5", true}, {"6", true}, {"7", true}});
  CHECK(sent.ids() == Ids{"1", "2", "3", "4"});
  CHECK(resolutions(sent).size() == 7);
  CHECK(router.logic.status().inbox[0].has_backlog);
  CHECK(resolutions(router.exchange({{"s"}})) == Resolutions{kRefused});  // it would overtake 5
  router.results(Tickets{1, 2, 3, 4});
  CHECK(router.flush().ids() == Ids{"5", "6", "7"});
  CHECK_FALSE(router.logic.status().inbox[0].has_backlog);
  CHECK(router.exchange({{"s"}}).ids() == Ids{"s"});
}

TEST_CASE("A restarted router sends the whole inbox before anything newer") {
  RouterLimits limits;
  limits.queue_commands_max = 4;
  InboxRouter router(limits);
  (void)router.exchange({{"1", true}, {"2", true}, {"3", true}});
  (void)router.exchange({{"4", true}, {"5", true}, {"6", true}});
  InboxRouter restarted(limits, router.inbox);
  restarted.ready();
  Ids sent = restarted.exchange({{"7", true}}).ids();
  for (std::uint64_t ticket = 1; ticket <= 7; ++ticket) {
    restarted.results(Tickets{ticket});
    for (const std::string& id : restarted.flush().ids()) {
      sent.push_back(id);
    }
  }
  CHECK(sent == Ids{"1", "2", "3", "4", "5", "6", "7"});
  (void)restarted.after(kSecondUs);
  CHECK(kept(restarted.inbox).empty());
}

TEST_CASE("A full inbox refuses whole parts and takes again what comes when there is room") {
  RouterLimits limits;
  limits.inbox_commands_max = 2;
  InboxRouter router(limits);
  router.ready();
  CHECK(resolutions(router.exchange({{"1", true}})) == Resolutions{kQueued});
  const RouterSent refused = router.exchange({{"2", true}, {"3", true}});
  REQUIRE(resolutions(refused) == Resolutions{kRefused, kRefused});
  CHECK(refused.answers.at("a")[0].answer.detail == "the inbox is full");
  CHECK(resolutions(router.exchange({{"4", true}})) == Resolutions{kRefused});  // 2 comes first
  router.results(Tickets{1});
  (void)router.after(kSecondUs);
  CHECK(resolutions(router.exchange({{"2", true}, {"3", true}})) == Resolutions{kQueued, kQueued});
}

TEST_CASE("Without room on the disk nothing is queued, and nothing overtakes what was refused") {
  InboxRouter router;
  router.ready();
  router.inbox.fails_with = FaultKind::no_space;
  router.message({{"0", false, "v"}, {"1", true}, {"2"}, {"3", false, "v"}});
  const RouterSent sent = router.flush();
  CHECK(resolutions(sent) == Resolutions{kRefused, kRefused});
  CHECK(sent.ids() == Ids{"0", "3"});
  CHECK(kept(router.inbox).empty());
  CHECK(router.exchange({{"1", true}, {"2"}}).ids() == Ids{"1", "2"});
}

TEST_CASE("What could not be written comes before what was refused on arrival behind it") {
  RouterLimits limits;
  limits.inbox_commands_max = 2;
  InboxRouter router(limits);
  router.inbox.fails_with = FaultKind::no_space;
  router.message({{"1", true}, {"2", true}});
  router.message({{"3", true}});  // the inbox would be full
  CHECK(resolutions(router.flush()) == Resolutions{kRefused, kRefused, kRefused});
  CHECK(resolutions(router.exchange({{"3", true}})) == Resolutions{kRefused});
  CHECK(resolutions(router.exchange({{"1", true}, {"2", true}})) == Resolutions{kQueued, kQueued});
  CHECK(kept(router.inbox) == Ids{"1", "2"});
}

TEST_CASE("After an unknown outcome nothing is answered until the same was committed again") {
  const bool was_kept = GENERATE(false, true);
  InboxRouter router;
  router.ready();
  router.inbox.fails_with = FaultKind::unknown_outcome;
  router.inbox.keeps_failed = was_kept;
  const RouterSent sent = router.exchange({{"1", true}, {"2"}});
  CHECK(sent.answers.empty());
  CHECK(sent.work.empty());
  CHECK(router.logic.has_unanswered());
  CHECK(resolutions(router.exchange({{"3", true, "v"}})) == Resolutions{kRefused});
  const RouterSent again = router.after(kSecondUs);
  CHECK(router.inbox.reopened == 1);
  CHECK(resolutions(again) == Resolutions{kQueued});
  CHECK(again.ids() == Ids{"1", "2"});
  CHECK(kept(router.inbox) == Ids{"1"});
}

TEST_CASE("What joins a batch of unknown outcome is not refused by the shard meanwhile") {
  InboxRouter router;
  router.ready();
  (void)router.exchange({{"1"}});
  router.inbox.fails_with = FaultKind::unknown_outcome;
  (void)router.exchange({{"2", true}});
  Writer overloaded;
  encode_answer_body(overloaded, refusal(Code::overloaded, "", 50));
  router.answer_ticket(1, overloaded.view());
  CHECK(router.flush().answers.empty());
  (void)router.after(kSecondUs);
  router.ready({ShardIndex(0), Epoch(1), "worker", kRouterIncarnation, 0, 1});
  CHECK(router.flush().ids() == Ids{"1", "2"});
}

TEST_CASE("A command that waits behind a batch of unknown outcome goes with the refused one before it") {
  InboxRouter router;
  router.ready();
  (void)router.exchange({{"1", false, "v"}});
  router.inbox.fails_with = FaultKind::unknown_outcome;
  (void)router.exchange({{"2", true}, {"3", false, "v"}});
  Writer overloaded;
  encode_answer_body(overloaded, refusal(Code::overloaded, "", 50));
  router.answer_ticket(1, overloaded.view());
  CHECK(resolutions(router.flush()) == Resolutions{kRefused, kRefused});
  CHECK(router.after(kSecondUs).ids() == Ids{"2"});
  CHECK_FALSE(router.logic.has_unanswered());
}

TEST_CASE("What is in the inbox is sent again when the shard had no room for it, after the pause") {
  InboxRouter router;
  router.ready();
  (void)router.exchange({{"1", true}});
  Writer overloaded;
  encode_answer_body(overloaded, refusal(Code::overloaded, "", 50));
  router.answer_ticket(1, overloaded.view());
  router.ready({ShardIndex(0), Epoch(1), "worker", kRouterIncarnation, 0, 1});
  CHECK(router.flush().work.empty());
  CHECK(router.after(50'000).ids() == Ids{"1"});
  CHECK(kept(router.inbox) == Ids{"1"});
}

TEST_CASE("An asynchronous command behind a backlog and one in memory only is refused") {
  RouterLimits limits;
  limits.queue_commands_max = 2;
  InboxRouter router(limits);
  (void)router.exchange({{"1", false, "v"}});
  (void)router.exchange({{"2", true}, {"3", true}});
  CHECK(router.logic.status().inbox[0].has_backlog);
  CHECK(resolutions(router.exchange({{"4", true, "v"}})) == Resolutions{kRefused});
  CHECK(resolutions(router.exchange({{"5", true}})) == Resolutions{kQueued});
}

TEST_CASE("What came while a backlog was being written does not get before it") {
  RouterLimits limits;
  limits.queue_commands_max = 5;
  InboxRouter router(limits);
  router.ready();
  (void)router.exchange({{"1", false, "v"}, {"2", false, "v"}, {"3", false, "v"}});
  (void)router.exchange({{"4", false, "v"}, {"5", false, "v"}});
  router.inbox.fails_with = FaultKind::unknown_outcome;
  (void)router.exchange({{"6", true}});  // which the queue has no room for
  router.results(Tickets{1, 2});
  CHECK(resolutions(router.exchange({{"7"}})).size() == 2);  // of 1 and 2 alone
  CHECK(resolutions(router.after(kSecondUs)) == Resolutions{kQueued});
  CHECK(router.logic.status().inbox[0].has_backlog);
  const RouterSent sent = router.flush();
  CHECK(sent.ids().empty());
  CHECK(resolutions(sent) == Resolutions{kRefused});
  router.results(Tickets{3, 4, 5});
  CHECK(router.flush().ids() == Ids{"6"});
  CHECK(router.exchange({{"7"}}).ids() == Ids{"7"});
}

TEST_CASE("A damaged chunk of the inbox is refused") {
  InboxRouter router;
  (void)router.exchange({{"1", true}});
  MemoryInboxStore damaged = router.inbox;
  damaged.chunks.begin()->second[10] ^= 1;
  CHECK_THROWS_AS(InboxRouter({}, damaged), StoreFault);
}

}  // namespace
}  // namespace florin::test
