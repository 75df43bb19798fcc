// The router's queues: in order of arrival, whole or not at all, sent again to a shard's next owner.

#include "routing/shard_of.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/router_driver.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Ids = std::vector<std::string>;
using Tickets = std::vector<std::uint64_t>;

std::vector<Command> deposits(const Ids& ids, std::string_view wallet = "w") {
  std::vector<Command> commands;
  for (const std::string& id : ids) {
    commands.push_back(deposit(id, wallet, 1));
  }
  return commands;
}

TEST_CASE("Work waits for a shard to be ready and is then sent in order of arrival") {
  RouterDriver router;
  router.submit("a", 1, deposits({"1", "2"}));
  router.submit("b", 1, deposits({"3"}));
  CHECK(router.flush().work.empty());
  router.ready();
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == Ids{"1", "2", "3"});
  const Work& work = sent.work.at(0).front();
  CHECK(work.number == 1);
  CHECK(work.epoch == Epoch(1));
  CHECK(work.incarnation == Incarnation(5));
  CHECK(work.items.front().requested == router.now);
  CHECK(router.flush().work.empty());
}

TEST_CASE("Answers reach the client and the place that asked") {
  RouterDriver router;
  router.ready();
  router.submit("a", 7, deposits({"1", "2"}));
  router.submit("b", 8, deposits({"3"}));
  (void)router.flush();
  router.results(Tickets{1, 2, 3});
  const RouterSent sent = router.flush();
  REQUIRE(sent.answers.size() == 2);
  const auto& of_a = sent.answers.at("a");
  REQUIRE(of_a.size() == 2);
  CHECK(of_a[1].number == 7U);
  CHECK(of_a[1].index == 1U);
  CHECK(of_a[1].answer.detail == "ticket 2");
  CHECK(sent.answers.at("b").front().number == 8U);
  CHECK(router.logic.status().shards[0].queued == 0);
}

TEST_CASE("A command is sent to the shard of its wallet") {
  RouterDriver router(4);
  for (std::uint16_t shard = 0; shard < 4; ++shard) {
    router.ready(shard);
  }
  std::vector<Command> commands;
  commands.reserve(40);
  for (int i = 0; i < 40; ++i) {
    commands.push_back(deposit("d", "wallet-" + std::to_string(i), 1));
  }
  router.submit("a", 1, commands);
  const RouterSent sent = router.flush();
  std::size_t seen = 0;
  for (const auto& [shard, messages] : sent.work) {
    for (const WorkItem& item : messages.front().items) {
      Reader reader(item.packed);
      CHECK(shard_of(decode_command(reader).value().command.wallet, 4) == ShardIndex(shard));
      ++seen;
    }
  }
  CHECK(seen == commands.size());
}

TEST_CASE("A message that does not fit its shard's queue is refused whole and the next smaller one fits") {
  RouterLimits limits;
  limits.queue_commands_max = 3;
  RouterDriver router(1, limits);
  router.ready();
  router.submit("a", 1, deposits({"1", "2"}));
  router.submit("a", 2, deposits({"3", "4"}));
  router.submit("a", 3, deposits({"5"}));
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == Ids{"1", "2", "5"});
  const auto& answers = sent.answers.at("a");
  REQUIRE(answers.size() == 2);
  for (const AddressedAnswer& answer : answers) {
    CHECK(answer.number == 2U);
    CHECK(answer.answer.code == Code::overloaded);
    CHECK(answer.answer.resolution == Resolution::refused);
    CHECK(answer.answer.retry_after_ms == limits.overloaded_retry_ms);
  }
  CHECK(router.logic.status().overloaded == 2);
  router.results(Tickets{1, 2, 3});
  (void)router.flush();
  router.submit("a", 4, deposits({"3", "4"}));
  CHECK(router.flush().ids() == Ids{"3", "4"});
}

TEST_CASE("A full shard does not keep a message's part for another shard out") {
  std::string other = "v";
  while (shard_of(WalletId(other), 2) == shard_of(WalletId("w"), 2)) {
    other += "v";
  }
  RouterLimits limits;
  limits.queue_commands_max = 1;
  RouterDriver router(2, limits);
  router.ready(0);
  router.ready(1);
  router.submit("a", 1,
                std::vector<Command>{deposit("1", "w", 1), deposit("2", other, 1), deposit("3", "w", 1)});
  const RouterSent sent = router.flush();
  CHECK(sent.ids(shard_of(WalletId(other), 2).value()) == Ids{"2"});
  CHECK(sent.ids(shard_of(WalletId("w"), 2).value()).empty());
  CHECK(sent.answers.at("a").size() == 2);
}

TEST_CASE("A READY of a new epoch has everything unanswered sent again in order from one") {
  RouterDriver router;
  router.ready();
  router.submit("a", 1, deposits({"1", "2", "3"}));
  (void)router.flush();
  router.results(Tickets{1});
  (void)router.flush();
  router.submit("a", 2, deposits({"4"}));
  (void)router.flush();
  router.ready(0, 2);
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == Ids{"2", "3", "4"});
  CHECK(sent.work.at(0).front().number == 1);
  CHECK(sent.work.at(0).front().epoch == Epoch(2));
}

TEST_CASE("What was answered out of order is not sent again") {
  RouterDriver router;
  router.ready();
  router.submit("a", 1, deposits({"1", "2", "3"}));
  (void)router.flush();
  router.results(Tickets{2});
  (void)router.flush();
  router.ready(0, 2);
  CHECK(router.flush().ids() == Ids{"1", "3"});
  router.results(Tickets{1, 3}, 2);
  CHECK(router.flush().answers.at("a").size() == 2);
  CHECK(router.logic.status().shards[0].queued == 0);
  CHECK(router.logic.status().shards[0].in_flight == 0);
}

TEST_CASE("Results of an old epoch are ignored") {
  RouterDriver router;
  router.ready();
  router.submit("a", 1, deposits({"1"}));
  (void)router.flush();
  router.ready(0, 2);
  router.results(Tickets{1}, 1);
  CHECK(router.flush().answers.empty());
  router.results(Tickets{1}, 3);
  CHECK(router.flush().answers.empty());
  router.results(Tickets{1}, 2);
  CHECK(router.flush().answers.size() == 1);
}

TEST_CASE("A READY of an old epoch changes nothing") {
  RouterDriver router;
  router.ready(0, 2);
  router.submit("a", 1, deposits({"1"}));
  (void)router.flush();
  router.ready(0, 1);
  CHECK(router.flush().work.empty());
  CHECK(router.logic.status().shards[0].epoch == Epoch(2));
}

TEST_CASE("A second result for a ticket and one that was never given are ignored") {
  RouterDriver router;
  router.ready();
  router.submit("a", 1, deposits({"1", "2"}));
  (void)router.flush();
  router.results(Tickets{2, 2});
  router.results(Tickets{2, 99, 0});
  CHECK(router.flush().answers.at("a").size() == 1);
  CHECK(router.logic.status().answered == 1);
  router.results(Tickets{1});
  router.results(Tickets{1, 2});
  CHECK(router.flush().answers.at("a").size() == 1);
  CHECK(router.logic.status().answered == 2);
}

TEST_CASE("No more than the window is with a shard at once") {
  RouterLimits limits;
  limits.window_commands_max = 3;
  limits.work_commands_max = 2;
  RouterDriver router(1, limits);
  router.ready();
  router.submit("a", 1, deposits({"1", "2", "3", "4", "5"}));
  const RouterSent sent = router.flush();
  REQUIRE(sent.work.at(0).size() == 2);
  CHECK(sent.work.at(0)[0].items.size() == 2);
  CHECK(sent.work.at(0)[1].items.size() == 1);
  CHECK(sent.work.at(0)[1].number == 2);
  CHECK(router.flush().work.empty());
  router.results(Tickets{1, 2});
  const RouterSent next = router.flush();
  CHECK(next.ids() == Ids{"4", "5"});
  CHECK(next.work.at(0).front().number == 3);
}

TEST_CASE("A shard whose owner is found and told to let go at once gets no more work") {
  RouterDriver router(2);
  const auto alive = [&](const std::string& name, std::vector<Claim> claims) {
    Alive said;
    said.worker = fixed_from<Id128>(name + "................");
    said.name = name;
    said.claims = std::move(claims);
    CHECK(router.logic.on_shard(name, encode_alive(said), router.now).has_value());
    (void)router.logic.place_shards(router.now);
  };
  alive("b", {});
  router.now = router.now.plus(1'000'000);
  alive("b", {});  // is told to hold both
  router.ready({ShardIndex(0), Epoch(1), "a", Incarnation(0), 0, 0}, "a0");
  router.ready({ShardIndex(1), Epoch(1), "a", Incarnation(0), 0, 0}, "a1");
  // It had both all the time, and is to give one of them up.
  alive("a", {{ShardIndex(0), Hold::serving, {}}, {ShardIndex(1), Hold::serving, {}}});
  for (int i = 0; i < 20; ++i) {
    router.submit("c", static_cast<std::uint64_t>(i), deposits({"1"}, "w" + std::to_string(i)));
  }
  const RouterSent sent = router.flush();
  CHECK(sent.work.contains(0));
  CHECK_FALSE(sent.work.contains(1));
  router.ready({ShardIndex(1), Epoch(2), "b", Incarnation(0), 0, 0}, "b1");
  CHECK(router.flush().work.contains(1));
}

TEST_CASE("A message of a shard that does not exist is refused") {
  RouterDriver router;
  CHECK_FALSE(
      router.logic.on_shard("p", encode_ready({ShardIndex(1), Epoch(1), "worker", {}, 0, 0}), router.now)
          .has_value());
  ResultsBuilder builder;
  CHECK_FALSE(router.logic.on_shard("p", builder.take(ShardIndex(1), Incarnation(5), Epoch(1), 1), router.now)
                  .has_value());
  CHECK_FALSE(router.logic.on_shard("p", "nonsense", router.now).has_value());
}

}  // namespace
}  // namespace florin::test
