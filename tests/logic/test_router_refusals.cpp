// What is not well-formed is answered, counted and, within quotas, kept.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/router_driver.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("Bytes that are no message are answered without a number and kept") {
  RouterDriver router;
  router.submit_raw("peer", "GET / HTTP/1.1");
  const RouterSent sent = router.flush();
  const auto& answer = sent.answers.at("peer").front();
  CHECK_FALSE(answer.number.has_value());
  CHECK_FALSE(answer.index.has_value());
  CHECK(answer.answer.resolution == Resolution::refused);
  REQUIRE(sent.refused.size() == 1);
  CHECK(sent.refused[0].bytes == "GET / HTTP/1.1");
  CHECK(sent.refused[0].peer == "peer");
  CHECK(sent.refused[0].code == answer.answer.code);
  CHECK(sent.refused[0].time == router.now);
}

TEST_CASE("One ill-formed command does not spoil the others of its message") {
  RouterDriver router;
  router.ready();
  Command bad = deposit("bad", "w", 0);
  router.submit("a", 4, std::vector<Command>{deposit("1", "w", 1), bad, deposit("2", "w", 1)});
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == std::vector<std::string>{"1", "2"});
  const auto& answers = sent.answers.at("a");
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].number == 4U);
  CHECK(answers[0].index == 1U);
  CHECK(answers[0].answer.code == Code::invalid_amount);
  REQUIRE(sent.refused.size() == 1);
  CHECK(sent.refused[0].bytes == packed(bad));
}

TEST_CASE("What is kept of a command with a card number for an id shows its last digits only") {
  RouterDriver router;
  Command bad = deposit("d", "w", 1);
  bad.id = TransactionId("4111111111111111");
  router.submit("a", 1, std::vector<Command>{bad});
  const RouterSent sent = router.flush();
  REQUIRE(sent.refused.size() == 1);
  CHECK(sent.refused[0].code == Code::card_number_as_id);
  CHECK(sent.refused[0].bytes.find("xxxxxxxxxxxx1111") != std::string::npos);
  CHECK(sent.refused[0].bytes.find("41111111") == std::string::npos);
  CHECK(sent.refused[0].detail.find("41111111") == std::string::npos);
  CHECK(sent.answers.at("a")[0].answer.detail.find("41111111") == std::string::npos);
}

TEST_CASE("A message with too many commands is refused whole under its number") {
  RouterLimits limits;
  limits.commands_per_message_max = 2;
  RouterDriver router(1, limits);
  router.ready();
  router.submit("a", 4,
                std::vector<Command>{deposit("1", "w", 1), deposit("2", "w", 1), deposit("3", "w", 1)});
  const RouterSent sent = router.flush();
  CHECK(sent.work.empty());
  REQUIRE(sent.answers.at("a").size() == 1);
  CHECK(sent.answers.at("a")[0].number == 4U);
  CHECK_FALSE(sent.answers.at("a")[0].index.has_value());
  CHECK(sent.answers.at("a")[0].answer.code == Code::batch_too_large);
}

TEST_CASE("A message that is too large is refused unread") {
  RouterLimits limits;
  limits.message_bytes_max = 100;
  RouterDriver router(1, limits);
  router.submit_raw("a", std::string(101, '\x90'));
  const RouterSent sent = router.flush();
  CHECK(sent.answers.at("a")[0].answer.code == Code::message_too_large);
  CHECK(sent.refused[0].length == 101);
}

TEST_CASE("A message without commands is refused") {
  RouterDriver router;
  router.submit("a", 4, {});
  const RouterSent sent = router.flush();
  CHECK(sent.answers.at("a")[0].answer.code == Code::wrong_length);
  CHECK(sent.answers.at("a")[0].number == 4U);
}

TEST_CASE("Another protocol version and internal kinds are refused") {
  RouterDriver router;
  Writer version;
  version.array(6).uint(2).uint(2).nil().uint(1).array(0).map(0);
  router.submit_raw("a", version.view());
  router.submit_raw("b", encode_ready({ShardIndex(0), Epoch(1), "liar", {}, 0, 0}));
  const RouterSent sent = router.flush();
  CHECK(sent.answers.at("a")[0].answer.code == Code::unsupported_version);
  CHECK(sent.answers.at("b")[0].answer.code == Code::unknown_kind);
  CHECK_FALSE(router.logic.status().shards[0].ready);
}

TEST_CASE("Frames outside the protocol are answered with what the shell found") {
  RouterDriver router;
  router.logic.on_client_nonsense("a", "two frames", {Code::malformed, "a message has one frame"},
                                  router.now);
  const RouterSent sent = router.flush();
  CHECK(sent.answers.at("a")[0].answer.detail == "a message has one frame");
  CHECK(sent.refused[0].bytes == "two frames");
}

TEST_CASE("Beyond a peer's quota what is refused is answered and counted and not kept") {
  RouterLimits limits;
  limits.refused_per_peer_max = 2;
  RouterDriver router(1, limits);
  for (int i = 0; i < 5; ++i) {
    router.submit_raw("noisy", "x");
  }
  router.submit_raw("quiet", "x");
  const RouterSent sent = router.flush();
  CHECK(sent.answers.at("noisy").size() == 5);
  CHECK(sent.refused.size() == 3);
  CHECK(router.logic.status().refused == 6);
  CHECK(router.logic.status().refused_not_kept == 3);
}

TEST_CASE("The quota in all counts what earlier starts have kept") {
  RouterLimits limits;
  limits.refused_total_max = 10;
  RouterDriver router(1, limits, 9);
  router.submit_raw("a", "x");
  router.submit_raw("b", "x");
  CHECK(router.flush().refused.size() == 1);
  CHECK(router.logic.status().refused_not_kept == 1);
}

}  // namespace
}  // namespace florin::test
