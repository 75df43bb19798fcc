// One shard's queue by itself: what is taken out of it is gone, and the rest keeps its order.

#include "logic/shard_queue.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Ids = std::vector<std::string>;

struct Fixture {
  ShardQueue queue{Incarnation(5), RouterLimits{}};

  void push(std::string_view id, std::string_view wallet, std::uint64_t number = 1) {
    const Command command = deposit(id, wallet, 1);
    queue.push({"client", std::nullopt, number, 0}, command, packed(command), TimeUs(1));
  }
  void ready(std::uint64_t epoch = 1) { queue.on_ready({ShardIndex(0), Epoch(epoch), "worker"}); }

  [[nodiscard]] Ids sent() {
    Ids ids;
    for (const std::string& message : queue.next_work()) {
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
  [[nodiscard]] Ids answer(const std::vector<std::uint64_t>& tickets, std::uint64_t epoch = 1) {
    Results results{ShardIndex(0), Epoch(epoch), {}};
    for (const std::uint64_t ticket : tickets) {
      results.answers.push_back({Ticket(ticket), "body"});
    }
    Ids ids;
    for (const AnsweredCommand& answered : queue.on_results(results)) {
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
  const auto answered = queue.on_results({ShardIndex(0), Epoch(1), {{Ticket(1), "body"}}});
  REQUIRE(answered.size() == 1);
  CHECK(answered[0].origin.client == "client");
  CHECK(answered[0].origin.session == Id128{});
  CHECK(answered[0].origin.number == 9);
  CHECK(answered[0].origin.index == 4);
  CHECK(answered[0].wallet == WalletId("a"));
  CHECK(answered[0].body == "body");
}

}  // namespace
}  // namespace florin::test
