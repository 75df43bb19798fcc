// One shard's queue by itself: what is taken out of it is gone, and the rest keeps its order.

#include "logic/shard_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Ids = std::vector<std::string>;

constexpr Incarnation kIncarnation{5};

Ready said(Incarnation incarnation, std::uint64_t next, std::uint64_t results, std::uint64_t epoch = 1) {
  return {ShardIndex(0), Epoch(epoch), "worker", incarnation, next, results};
}

struct Fixture {
  ShardQueue queue{kIncarnation, RouterLimits{}};
  TimeUs now{1'700'000'000'000'000};
  std::uint64_t results = 0;

  void push(std::string_view id, std::string_view wallet, std::uint64_t number = 1) {
    const Command command = deposit(id, wallet, 1);
    queue.push({"client", std::nullopt, number, 0}, command, packed(command), TimeUs(1));
  }
  void ready(std::uint64_t epoch = 1) { hear(said(Incarnation(0), 0, 0, epoch)); }
  void hear(const Ready& ready) { queue.on_ready("peer", ready, now); }
  /// What a shard that took everything so far says of itself.
  void heartbeat(std::uint64_t next, std::uint64_t results_sent) {
    now = now.plus(250'000);
    hear(said(kIncarnation, next, results_sent));
  }

  [[nodiscard]] Ids sent() {
    Ids ids;
    for (const std::string& message : queue.next_work(TimeUs(1))) {
      const Work work = decode_work(message).value();
      for (const WorkItem& item : work.items) {
        Reader reader(item.packed);
        ids.emplace_back(decode_command(reader).value().command.id.view());
      }
    }
    return ids;
  }
  [[nodiscard]] Ids take_out_wallet(std::string_view wallet) {
    Ids ids;
    for (const PendingCommand& taken :
         queue.take_out([&](const PendingCommand& pending) { return pending.wallet == WalletId(wallet); })) {
      ids.emplace_back(taken.id.view());
    }
    return ids;
  }
  [[nodiscard]] Ids answer(const std::vector<std::uint64_t>& tickets, Incarnation of = kIncarnation) {
    Results message{ShardIndex(0), of, Epoch(1), ++results, {}};
    for (const std::uint64_t ticket : tickets) {
      message.answers.push_back({Ticket(ticket), "body"});
    }
    Ids ids;
    for (const AnsweredCommand& answered : queue.on_results(message, now)) {
      ids.emplace_back(answered.id.view());
    }
    return ids;
  }
};

TEST_CASE_METHOD(Fixture, "What is taken out is told in order and is not sent") {
  push("1", "a", 7);
  push("2", "b");
  push("3", "a");
  CHECK(take_out_wallet("a") == Ids{"1", "3"});
  CHECK(take_out_wallet("a").empty());
  ready();
  CHECK(sent() == Ids{"2"});
}

TEST_CASE_METHOD(Fixture, "What is taken out while it is with the shard is answered no more") {
  ready();
  push("1", "a");
  push("2", "b");
  push("3", "a");
  CHECK(sent() == Ids{"1", "2", "3"});
  CHECK(take_out_wallet("a") == Ids{"1", "3"});
  CHECK(answer({1, 2, 3}) == Ids{"2"});
  CHECK(queue.size() == 0);
  CHECK(queue.status().in_flight == 0);
}

TEST_CASE_METHOD(Fixture, "What was taken out is not sent to the shard's next owner") {
  ready();
  push("1", "a");
  push("2", "b");
  push("3", "a");
  (void)sent();
  (void)take_out_wallet("b");
  ready(2);
  CHECK(sent() == Ids{"1", "3"});
}

TEST_CASE_METHOD(Fixture, "An answer names who asked") {
  ready();
  queue.push({"client", Id128{}, 9, 4}, deposit("1", "a", 1), packed(deposit("1", "a", 1)), TimeUs(1));
  const auto answered =
      queue.on_results({ShardIndex(0), kIncarnation, Epoch(1), 1, {{Ticket(1), "body"}}}, now);
  REQUIRE(answered.size() == 1);
  CHECK(answered[0].origin.client == "client");
  CHECK(answered[0].origin.session == Id128{});
  CHECK(answered[0].origin.number == 9);
  CHECK(answered[0].origin.index == 4);
  CHECK(answered[0].wallet == WalletId("a"));
  CHECK(answered[0].body == "body");
}

TEST_CASE_METHOD(Fixture, "Results of another incarnation answer none of this one's tickets") {
  ready();
  push("1", "a");
  (void)sent();
  CHECK(answer({1}, Incarnation(4)).empty());
  results = 0;
  CHECK(answer({1}) == Ids{"1"});
}

TEST_CASE_METHOD(Fixture, "A heartbeat of a shard that has everything sends nothing again") {
  ready();
  push("1", "a");
  push("2", "a");
  (void)sent();
  CHECK(answer({1}) == Ids{"1"});
  for (int i = 0; i < 5; ++i) {
    heartbeat(2, 1);
    CHECK(sent().empty());
  }
  CHECK(queue.status().heard == now);
  CHECK(queue.status().resends == 0);
}

TEST_CASE_METHOD(Fixture, "A heartbeat for another incarnation has everything sent to it") {
  push("1", "a");
  hear(said(Incarnation(4), 12, 9, 7));
  CHECK(sent() == Ids{"1"});
  CHECK(queue.peer() == "peer");
}

TEST_CASE_METHOD(Fixture, "Results lost on the way show in the next heartbeat") {
  ready();
  push("1", "a");
  push("2", "a");
  (void)sent();
  heartbeat(2, 1);
  CHECK(sent() == Ids{"1", "2"});
  heartbeat(3, 1);
  CHECK(sent().empty());
  results = 1;
  CHECK(answer({1, 2}) == Ids{"1", "2"});
}

TEST_CASE_METHOD(Fixture, "Results lost on the way show in the next results") {
  ready();
  push("1", "a");
  push("2", "a");
  (void)sent();
  results = 1;
  CHECK(answer({2}) == Ids{"2"});
  CHECK(sent() == Ids{"1"});
  CHECK(queue.status().resends == 1);
}

TEST_CASE_METHOD(Fixture, "Work lost at the tail is sent again when the shard stays behind for a heartbeat") {
  ready();
  push("1", "a");
  (void)sent();
  heartbeat(2, 0);
  push("2", "a");
  (void)sent();
  heartbeat(2, 0);
  CHECK(sent().empty());  // it may be on its way
  heartbeat(2, 0);
  CHECK(sent() == Ids{"1", "2"});
}

TEST_CASE_METHOD(Fixture, "Two heartbeats read at the same moment do not show that work was lost") {
  ready();
  push("1", "a");
  (void)sent();
  const Ready behind = said(kIncarnation, 1, 0);
  hear(behind);
  hear(behind);
  CHECK(sent().empty());
}

TEST_CASE_METHOD(Fixture, "A shard that is slow and moves on is not sent anything again") {
  ready();
  for (std::uint64_t i = 1; i <= 5; ++i) {
    push(std::to_string(i), "a");
    (void)sent();
  }
  for (std::uint64_t next = 2; next <= 6; ++next) {
    heartbeat(next, 0);
    CHECK(sent().empty());
  }
}

TEST_CASE_METHOD(Fixture, "What is sent again begins anew and its numbers go on") {
  ready();
  push("1", "a");
  Work first = decode_work(queue.next_work(TimeUs(1)).at(0)).value();
  CHECK(first.anew);
  CHECK(first.number == 1);
  push("2", "a");
  CHECK_FALSE(decode_work(queue.next_work(TimeUs(1)).at(0)).value().anew);
  hear(said(kIncarnation, 0, 0));
  Work again = decode_work(queue.next_work(TimeUs(1)).at(0)).value();
  CHECK(again.anew);
  CHECK(again.number == 3);
  CHECK(again.items.size() == 2);
}

}  // namespace
}  // namespace florin::test
