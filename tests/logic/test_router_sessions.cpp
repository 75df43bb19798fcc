// Sessions at the router: only the next message is taken, and nothing passes what was refused.

#include "routing/shard_of.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/router_driver.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Ids = std::vector<std::string>;

SessionNonce nonce(unsigned char number) {
  SessionNonce made;
  made.bytes[15] = number;
  return made;
}

const SessionNonce kSession = nonce(1);

struct SessionRouter : RouterDriver {
  explicit SessionRouter(const RouterLimits& limits = {}, std::uint16_t shards = 1)
      : RouterDriver(shards, limits) {
    for (std::uint16_t shard = 0; shard < shards; ++shard) {
      ready(shard);
    }
  }

  RouterSent hello(const SessionNonce& session = kSession, std::uint64_t first = 1,
                   std::string_view client = "a") {
    submit_raw(client, encode_hello({session, 1, 1, first}));
    return flush();
  }
  /// Deposits of these ids, as one message of the session.
  void message(std::uint64_t number, const Ids& ids, std::string_view wallet = "w",
               const SessionNonce& session = kSession, std::string_view client = "a") {
    std::vector<TracedCommand> commands;
    for (const std::string& id : ids) {
      commands.push_back({deposit(id, wallet, 1), {}});
    }
    submit_raw(client, encode_submit({session, number}, commands));
  }
  /// The shard has no room for the command of this ticket.
  void shard_overloads(std::uint64_t ticket) {
    Writer body;
    encode_answer_body(body, refusal(Code::overloaded, "", 50));
    answer_ticket(ticket, body.view());
  }
};

Ids overloaded_places(const std::vector<AddressedAnswer>& answers) {
  Ids places;
  for (const AddressedAnswer& answer : answers) {
    if (answer.answer.code == Code::overloaded) {
      places.push_back(std::to_string(answer.number.value()) + "/" + std::to_string(answer.index.value()));
    }
  }
  return places;
}

TEST_CASE("A HELLO is welcomed with what is expected and the limits") {
  RouterLimits limits;
  limits.client_in_flight_commands_max = 77;
  SessionRouter router(limits);
  const RouterSent sent = router.hello();
  REQUIRE(sent.welcomes.count("a") == 1);
  CHECK(sent.welcomes.at("a") == Welcome{1, kSession, Incarnation(5), 1, {4U << 20U, 8192, 77}});
  router.message(1, {"1"});
  CHECK(router.hello().welcomes.at("a").expected == 2);
}

TEST_CASE("A new session may start at any number") {
  SessionRouter router;
  CHECK(router.hello(kSession, 300).welcomes.at("a").expected == 300);
  router.message(300, {"1"});
  CHECK(router.flush().ids() == Ids{"1"});
  CHECK(router.hello(kSession, 7).welcomes.at("a").expected == 301);
}

TEST_CASE("A HELLO for versions that are not spoken is told which are") {
  const auto [lowest, highest] = GENERATE(std::pair(2, 3), std::pair(0, 0), std::pair(3, 2));
  SessionRouter router;
  router.submit_raw("a", encode_hello({kSession, static_cast<std::uint64_t>(lowest),
                                       static_cast<std::uint64_t>(highest), 1}));
  const RouterSent sent = router.flush();
  CHECK(sent.welcomes.empty());
  REQUIRE(sent.answers.at("a").size() == 1);
  CHECK_FALSE(sent.answers.at("a")[0].number.has_value());
  CHECK(sent.answers.at("a")[0].answer.code == Code::unsupported_version);
  CHECK(sent.answers.at("a")[0].answer.detail.find("speaks 1") != std::string::npos);
}

TEST_CASE("A message behind a gap is not taken and the client is told once for a burst") {
  SessionRouter router;
  (void)router.hello();
  router.message(1, {"1"});
  router.message(3, {"3"});
  router.message(4, {"4"});
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == Ids{"1"});
  CHECK(sent.go_backs.at("a") == std::vector<GoBack>{{kSession, Code::out_of_sequence, 2}});
  router.message(5, {"5"});
  CHECK(router.flush().go_backs.empty());
  SECTION("and again when the client starts over, for the first answer may be lost") {
    router.message(3, {"3"});
    router.message(4, {"4"});
    CHECK(router.flush().go_backs.at("a").size() == 1);
  }
  SECTION("and goes on with the missing one") {
    router.message(2, {"2"});
    router.message(3, {"3"});
    CHECK(router.flush().ids() == Ids{"2", "3"});
  }
}

TEST_CASE("A message that was taken before is ignored") {
  SessionRouter router;
  (void)router.hello();
  router.message(1, {"1"});
  (void)router.flush();
  router.message(1, {"1"});
  const RouterSent sent = router.flush();
  CHECK(sent.work.empty());
  CHECK(sent.answers.empty());
  CHECK(sent.go_backs.empty());
}

TEST_CASE("A message of a session that is not known says so") {
  SessionRouter router;
  router.message(1, {"1"});
  router.message(2, {"2"});
  const RouterSent sent = router.flush();
  CHECK(sent.work.empty());
  CHECK(sent.go_backs.at("a") == std::vector<GoBack>{{kSession, Code::unknown_session, 0}});
}

TEST_CASE("A number counts as taken however its message ends") {
  RouterLimits limits;
  limits.commands_per_message_max = 2;
  limits.message_bytes_max = 400;
  SessionRouter router(limits);
  (void)router.hello();
  router.message(1, {"1", "2", "3"});                // too many
  router.message(2, Ids(40, std::string(20, 'x')));  // too large
  Writer broken;
  broken.array(6).uint(1).uint(2).bin(kSession.view()).uint(3).uint(99).map(0);  // commands is no array
  router.submit_raw("a", broken.view());
  router.message(4, {"4"});
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == Ids{"4"});
  const auto& answers = sent.answers.at("a");
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].answer.code == Code::batch_too_large);
  CHECK(answers[1].answer.code == Code::message_too_large);
  CHECK(answers[1].number == 2U);
  CHECK(answers[2].answer.code == Code::wrong_type);
  CHECK(answers[2].number == 3U);
}

TEST_CASE("Answers go to where the session's last message came from") {
  SessionRouter router;
  (void)router.hello();
  router.message(1, {"1"});
  (void)router.flush();
  (void)router.hello(kSession, 1, "b");
  router.results(std::vector<std::uint64_t>{1});
  const RouterSent sent = router.flush();
  CHECK(sent.answers.count("a") == 0);
  CHECK(sent.answers.at("b").size() == 1);
}

TEST_CASE("What the router had no room for holds its wallet until it comes again") {
  RouterLimits limits;
  limits.queue_commands_max = 2;
  SessionRouter router(limits);
  (void)router.hello();
  router.message(1, {"1", "2"});
  router.message(2, {"A"});
  (void)router.flush();
  router.results(std::vector<std::uint64_t>{1, 2});
  router.message(3, {"B"});  // there is room again, but A comes first
  const RouterSent sent = router.flush();
  CHECK(sent.work.empty());
  CHECK(overloaded_places(sent.answers.at("a")) == Ids{"3/0"});
  CHECK(router.logic.status().latches == 1);
  router.message(4, {"B", "A"});  // still in the wrong order
  CHECK(router.flush().ids() == Ids{"A"});
  router.message(5, {"B"});
  CHECK(router.flush().ids() == Ids{"B"});
  CHECK(router.logic.status().latches == 0);
}

TEST_CASE("A held wallet holds no other wallet and no other session") {
  RouterLimits limits;
  limits.queue_commands_max = 1;
  SessionRouter router(limits);
  (void)router.hello();
  (void)router.hello(nonce(2), 1, "b");
  router.message(1, {"1"});
  router.message(2, {"A"});
  (void)router.flush();
  router.results(std::vector<std::uint64_t>{1});
  router.message(3, {"x"}, "other");
  CHECK(router.flush().ids() == Ids{"x"});
  router.results(std::vector<std::uint64_t>{2});
  router.message(1, {"y"}, "w", nonce(2), "b");
  CHECK(router.flush().ids() == Ids{"y"});
}

TEST_CASE("A held wallet does not count for the room that the rest of its message needs") {
  RouterLimits limits;
  limits.queue_commands_max = 1;
  SessionRouter router(limits);
  (void)router.hello();
  router.message(1, {"1"});
  router.message(2, {"A"});
  (void)router.flush();
  router.results(std::vector<std::uint64_t>{1});
  const std::vector<TracedCommand> mixed{{deposit("B", "w", 1), {}}, {deposit("x", "other", 1), {}}};
  router.submit_raw("a", encode_submit({kSession, 3}, mixed));
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == Ids{"x"});
  CHECK(overloaded_places(sent.answers.at("a")) == Ids{"3/0"});
}

TEST_CASE("What a shard had no room for takes the later ones of its wallet out of the queue") {
  SessionRouter router;
  (void)router.hello();
  router.message(1, {"A"});
  router.message(2, {"B"});
  router.message(3, {"x"}, "other");
  router.message(4, {"C"});
  router.submit("plain", 1, std::vector<Command>{deposit("p", "w", 1)});
  (void)router.flush();
  router.shard_overloads(1);
  const RouterSent sent = router.flush();
  CHECK(overloaded_places(sent.answers.at("a")) == Ids{"1/0", "2/0", "4/0"});
  CHECK(sent.answers.count("plain") == 0);
  router.ready(0, 2);
  CHECK(router.flush().ids() == Ids{"x", "p"});
  router.message(5, {"B"});
  CHECK(router.flush().ids().empty());
  router.message(6, {"A", "B", "C"});
  CHECK(router.flush().ids() == Ids{"A", "B", "C"});
}

TEST_CASE("A wallet that the shard held is opened by the shard's command and not by a later one") {
  RouterLimits limits;
  limits.queue_commands_max = 1;
  SessionRouter router(limits);
  (void)router.hello();
  router.message(1, {"A"});
  router.message(2, {"B"});  // no room: held for B
  (void)router.flush();
  router.shard_overloads(1);  // held for A, which is older
  router.message(3, {"B"});
  CHECK(router.flush().work.empty());
  router.message(4, {"A"});
  router.ready(0, 2);
  CHECK(router.flush().ids() == Ids{"A"});
}

TEST_CASE("A wallet is held for a command whose refusal was lost on the way and not for a later one") {
  SessionRouter router;
  (void)router.hello();
  router.message(1, {"A", "B", "C"});
  (void)router.flush();
  router.skip_results();  // perhaps they refused A
  router.shard_overloads(2);
  CHECK(overloaded_places(router.flush().answers.at("a")) == Ids{"1/1", "1/0", "1/2"});
  router.message(2, {"B"});
  CHECK(router.flush().work.empty());
  router.message(3, {"A", "B"});
  CHECK(router.flush().ids() == Ids{"A", "B"});
}

TEST_CASE("Without a session a refusal holds nothing") {
  SessionRouter router;
  router.submit("a", 1, std::vector<Command>{deposit("A", "w", 1)});
  router.submit("a", 2, std::vector<Command>{deposit("B", "w", 1)});
  (void)router.flush();
  router.shard_overloads(1);
  CHECK(overloaded_places(router.flush().answers.at("a")) == Ids{"1/0"});
  router.ready(0, 2);
  CHECK(router.flush().ids() == Ids{"B"});
}

TEST_CASE("What one client has in flight is bounded and the rest is refused whole") {
  RouterLimits limits;
  limits.client_in_flight_commands_max = 3;
  SessionRouter router(limits);
  SECTION("with a session") {
    (void)router.hello();
    router.message(1, {"1", "2"});
    router.message(2, {"3", "4"}, "v");
    const RouterSent sent = router.flush();
    CHECK(sent.ids() == Ids{"1", "2"});
    CHECK(overloaded_places(sent.answers.at("a")) == Ids{"2/0", "2/1"});
    router.results(std::vector<std::uint64_t>{1});
    router.message(3, {"3", "4"}, "v");
    CHECK(router.flush().ids() == Ids{"3", "4"});
  }
  SECTION("without one") {
    router.submit("a", 1, std::vector<Command>{deposit("1", "w", 1), deposit("2", "w", 1)});
    router.submit("a", 2, std::vector<Command>{deposit("3", "w", 1), deposit("4", "w", 1)});
    router.submit("b", 1, std::vector<Command>{deposit("5", "w", 1)});
    const RouterSent sent = router.flush();
    CHECK(sent.ids() == Ids{"1", "2", "5"});
    CHECK(sent.answers.at("a").size() == 2);
    router.results(std::vector<std::uint64_t>{1, 2});
    router.submit("a", 3, std::vector<Command>{deposit("3", "w", 1), deposit("4", "w", 1)});
    CHECK(router.flush().ids() == Ids{"3", "4"});
  }
}

TEST_CASE("The longest idle session makes room for a new one and those with work last") {
  RouterLimits limits;
  limits.sessions_max = 2;
  SessionRouter router(limits);
  (void)router.hello(nonce(1));
  router.message(1, {"1"}, "w", nonce(1));  // in flight
  (void)router.hello(nonce(2));
  (void)router.hello(nonce(3));
  CHECK(router.logic.status().sessions == 2);
  (void)router.flush();
  router.message(1, {"2"}, "w", nonce(2));
  CHECK(router.flush().go_backs.at("a")[0].code == Code::unknown_session);
  router.message(2, {"3"}, "w", nonce(1));
  CHECK(router.flush().ids() == Ids{"3"});
}

TEST_CASE("A forgotten session gets no answers and its wallets keep their order") {
  RouterLimits limits;
  limits.sessions_max = 1;
  SessionRouter router(limits);
  (void)router.hello(nonce(1));
  router.message(1, {"A", "B"}, "w", nonce(1));
  (void)router.flush();
  (void)router.hello(nonce(2));
  router.shard_overloads(1);
  CHECK(router.flush().answers.empty());
  router.ready(0, 2);
  CHECK(router.flush().ids().empty());  // B is not decided behind the refused A
}

TEST_CASE("A session that has too many wallets held is forgotten") {
  RouterLimits limits;
  limits.queue_commands_max = 1;
  limits.session_latches_max = 2;
  limits.latches_max = 3;
  SessionRouter router(limits);
  (void)router.hello();
  (void)router.hello(nonce(2), 1, "b");
  router.message(1, {"1"});
  router.message(2, {"A"}, "w1");
  router.message(3, {"B"}, "w2");
  CHECK(router.logic.status().latches == 2);
  CHECK(router.logic.status().sessions == 2);
  SECTION("its own") {
    router.message(4, {"C"}, "w3");
    CHECK(router.logic.status().sessions == 1);
    CHECK(router.logic.status().latches == 0);
    (void)router.flush();
    router.message(5, {"D"}, "w4");
    CHECK(router.flush().go_backs.at("a")[0].code == Code::unknown_session);
  }
  SECTION("of all") {
    router.message(1, {"A"}, "w1", nonce(2), "b");
    CHECK(router.logic.status().sessions == 2);
    router.message(2, {"B"}, "w2", nonce(2), "b");
    CHECK(router.logic.status().sessions == 1);
    CHECK(router.logic.status().latches == 2);
  }
}

TEST_CASE("Answers of one client share messages of a bounded size") {
  RouterLimits limits;
  limits.answers_bytes_max = 4096;
  SessionRouter router(limits);
  for (int i = 0; i < 500; ++i) {
    router.submit_raw("a", "x");
  }
  const RouterEffects effects = router.logic.flush(router.now);
  CHECK(effects.to_clients.size() > 1);
  CHECK(effects.to_clients.size() < 50);
  std::size_t answers = 0;
  for (const ToClient& message : effects.to_clients) {
    CHECK(message.bytes.size() <= limits.answers_bytes_max);
    answers += decode_answers(message.bytes)->size();
  }
  CHECK(answers == 500);
}

TEST_CASE("A flood of messages from one client leaves the router bounded and others served") {
  RouterLimits limits;
  limits.client_in_flight_commands_max = 10;
  limits.sessions_max = 5;
  SessionRouter router(limits);
  for (std::uint64_t i = 1; i <= 10'000; ++i) {
    router.submit("flood", i, std::vector<Command>{deposit("f" + std::to_string(i), "w", 1)});
    router.submit_raw("flood", encode_hello({nonce(static_cast<unsigned char>(i % 200)), 1, 1, 1}));
    router.message(i, {"s"}, "w", nonce(250), "flood");
    if (i % 100 == 0) {
      (void)router.flush();
    }
  }
  CHECK(router.logic.status().shards[0].queued == 10);
  CHECK(router.logic.status().sessions == 5);
  router.submit("good", 1, std::vector<Command>{deposit("g", "w", 1)});
  CHECK(router.flush().ids() == Ids{"g"});
}

}  // namespace
}  // namespace florin::test
