// A client's session: greeting, numbering, going back, and what is lost on the way.

#include "tests/client/session_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("A session greets before it sends anything") {
  SessionDriver driver;
  driver.add(1);
  CHECK(driver.send().empty());
  REQUIRE(driver.hellos.size() == 1);
  CHECK(driver.hellos[0] == Hello{SessionDriver::nonce(1), 1, 1, 1});
  CHECK_FALSE(driver.session.open());
  driver.welcome();
  CHECK(driver.session.open());
  const auto sent = driver.send();
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].number == 1);
  CHECK(decode_submit(sent[0].bytes, 10)->head.session == SessionDriver::nonce(1));
  driver.answer(1, 0, SessionDriver::success());
  CHECK(driver.answered == Answered{{1, Code::none}});
  CHECK(driver.session.unanswered() == 0);
  CHECK(driver.send().empty());
}

TEST_CASE("A HELLO without an answer is said again and ever more seldom") {
  SessionDriver driver({.hello_timeout_ms = 500, .answer_timeout_ms = 2000});
  std::vector<std::int64_t> said;
  for (std::int64_t ms = 0; ms <= 6000; ms += 100) {
    driver.at_ms(ms);
    const std::size_t before = driver.hellos.size();
    (void)driver.send();
    if (driver.hellos.size() > before) {
      said.push_back(ms);
    }
  }
  CHECK(said == std::vector<std::int64_t>{0, 500, 1500, 3500, 5500});
}

TEST_CASE("What the socket did not take is given again with the same bytes") {
  SessionDriver driver;
  driver.open();
  driver.add(1);
  const std::string first(driver.session.outgoing(driver.now).value());
  driver.add(2);
  CHECK(driver.session.outgoing(driver.now) == first);
  const auto sent = driver.send();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].bytes == first);
  CHECK(sent[1].number == 2);
}

TEST_CASE("Commands are packed into messages in their order and within the limits") {
  SessionDriver driver({.commands_per_message_max = 2});
  driver.open();
  for (const std::uint64_t tag : {1, 2, 3, 4, 5}) {
    driver.add(tag, tag % 2 == 0 ? "even" : "odd");
  }
  const auto sent = driver.send();
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].ids == Ids{"1", "2"});
  CHECK(sent[1].ids == Ids{"3", "4"});
  CHECK(sent[2].ids == Ids{"5"});
  CHECK(sent[2].number == 3);
}

TEST_CASE("A session keeps to the limits of the router where they are smaller than its own") {
  SessionDriver driver({.in_flight_commands_max = 10, .commands_per_message_max = 10});
  (void)driver.send();
  driver.welcome(1, 1, {4096, 2, 3});
  for (const std::uint64_t tag : {1, 2, 3, 4, 5}) {
    driver.add(tag);
  }
  const auto sent = driver.send();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].ids == Ids{"1", "2"});
  CHECK(sent[1].ids == Ids{"3"});
  CHECK_FALSE(driver.session.has_room());
  driver.answer(1, 1, SessionDriver::success());
  CHECK(driver.send_ids() == Ids{"4"});
}

TEST_CASE("A message stays below the bytes that the router takes") {
  SessionDriver driver;
  (void)driver.send();
  constexpr std::uint64_t kBytesMax = 120;
  driver.welcome(1, 1, {kBytesMax, 100, 100});
  for (std::uint64_t tag = 1; tag <= 9; ++tag) {
    driver.add(tag);
  }
  const auto sent = driver.send();
  CHECK(sent.size() > 1);
  for (const SentSubmit& submit : sent) {
    CHECK(submit.bytes.size() <= kBytesMax);
  }
}

TEST_CASE("After a gap the same bytes go out again from the missing number on") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  for (const std::uint64_t tag : {1, 2, 3}) {
    driver.add(tag);
  }
  const auto first = driver.send();
  driver.add(4);
  driver.go_back(Code::out_of_sequence, 2);
  const auto again = driver.send();
  REQUIRE(again.size() == 3);
  CHECK(again[0].bytes == first[1].bytes);
  CHECK(again[1].bytes == first[2].bytes);
  CHECK(again[2].ids == Ids{"4"});
  CHECK(driver.session.counters().gone_back == 2);
}

TEST_CASE("A GO_BACK that came late does not send what is known to be taken") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  for (const std::uint64_t tag : {1, 2, 3}) {
    driver.add(tag);
  }
  (void)driver.send();
  driver.go_back(Code::out_of_sequence, 2);
  driver.answer(2, 0, SessionDriver::success());
  CHECK(driver.send_numbers() == Numbers{3});
  CHECK(driver.answered == Answered{{2, Code::none}});
}

TEST_CASE("An answer to a message that is about to go out again is taken") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1);
  driver.add(2);
  (void)driver.send();
  driver.go_back(Code::out_of_sequence, 1);
  driver.answer(1, 0, SessionDriver::success());
  driver.answer(2, 0, SessionDriver::success());
  CHECK(driver.answered == Answered{{1, Code::none}, {2, Code::none}});
  CHECK(driver.send().empty());
}

TEST_CASE("A lost message at the end is found by asking the router what it took") {
  SessionDriver driver({.commands_per_message_max = 1, .answer_timeout_ms = 2000});
  driver.open();
  driver.add(1, "a");
  driver.add(2, "b");
  const auto first = driver.send();
  driver.answer(1, 0, SessionDriver::success());
  driver.at_ms(1999);
  CHECK(driver.send().empty());
  CHECK(driver.hellos.size() == 1);
  driver.at_ms(2000);
  CHECK(driver.send().empty());
  REQUIRE(driver.hellos.size() == 2);
  CHECK(driver.hellos[1].session == SessionDriver::nonce(1));
  driver.welcome(2);
  const auto again = driver.send();
  REQUIRE(again.size() == 1);
  CHECK(again[0].bytes == first[1].bytes);
}

TEST_CASE("A lost answer brings its command into a new message") {
  SessionDriver driver({.answer_timeout_ms = 2000});
  driver.open();
  driver.add(1);
  (void)driver.send();
  driver.at_ms(2000);
  (void)driver.send();
  driver.welcome(2);
  const auto again = driver.send();
  REQUIRE(again.size() == 1);
  CHECK(again[0].number == 2);
  CHECK(again[0].ids == Ids{"1"});
  driver.answer(1, 0, refusal(Code::overloaded, "", 1));  // what was given up says nothing any more
  CHECK(driver.answered.empty());
  driver.answer(2, 0, SessionDriver::success());
  CHECK(driver.answered == Answered{{1, Code::none}});
  CHECK(driver.session.counters().sent_again == 1);
}

TEST_CASE("A lost GO_BACK is made up for by the answer time-out") {
  SessionDriver driver({.commands_per_message_max = 1, .answer_timeout_ms = 2000});
  driver.open();
  driver.add(1);
  driver.add(2);
  (void)driver.send();  // 1 is lost; the GO_BACK for 2 as well
  driver.at_ms(2000);
  (void)driver.send();
  driver.welcome(1);
  CHECK(driver.send_numbers() == Numbers{1, 2});
}

TEST_CASE("A shard that is slow is not sent the same over and over") {
  SessionDriver driver({.answer_timeout_ms = 1000, .missing_backoff_max_ms = 8000});
  driver.open();
  driver.add(1);
  std::vector<std::int64_t> sent_at;
  std::uint64_t taken = 0;
  for (std::int64_t ms = 0; ms <= 30'000; ms += 100) {
    driver.at_ms(ms);
    for (const std::uint64_t number : driver.send_numbers()) {
      sent_at.push_back(ms);
      taken = number;
    }
    if (!driver.session.open()) {
      driver.welcome(taken + 1);
    }
  }
  CHECK(sent_at.size() >= 4);
  CHECK(sent_at.size() <= 7);
}

TEST_CASE("An unknown session is replaced by one with a fresh nonce that goes on counting") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  for (const std::uint64_t tag : {1, 2, 3}) {
    driver.add(tag);
  }
  (void)driver.send();
  driver.answer(1, 0, SessionDriver::success());
  driver.go_back(Code::unknown_session, 0);
  CHECK(driver.send().empty());
  REQUIRE(driver.hellos.size() == 2);
  CHECK(driver.hellos[1] == Hello{SessionDriver::nonce(2), 1, 1, 4});
  driver.welcome(4, 2);
  const auto again = driver.send();
  REQUIRE(again.size() == 2);
  CHECK(again[0].number == 4);
  CHECK(again[0].ids == Ids{"2"});
  CHECK(again[1].ids == Ids{"3"});
  SECTION("and a late answer to the old session is not taken for another's") {
    driver.answer(2, 0, refusal(Code::invalid_amount, ""));
    driver.answer(3, 0, refusal(Code::invalid_amount, ""));
    CHECK(driver.answered == Answered{{1, Code::none}});
  }
  SECTION("and a late message of the old session changes nothing") {
    driver.session.on_message(encode_go_back({SessionDriver::nonce(1), Code::unknown_session, 0}),
                              driver.now);
    CHECK(driver.session.nonce() == SessionDriver::nonce(2));
    CHECK(driver.session.open());
  }
}

TEST_CASE("A restarted router that welcomes the old name is not believed") {
  SessionDriver driver({.answer_timeout_ms = 2000});
  driver.open();
  driver.add(1);
  (void)driver.send();
  driver.at_ms(2000);
  (void)driver.send();
  driver.welcome(1, 2);  // another incarnation
  CHECK(driver.session.nonce() == SessionDriver::nonce(2));
  (void)driver.send();
  driver.welcome(2, 2);
  CHECK(driver.send_ids() == Ids{"1"});
}

TEST_CASE("A router that expects what it has answered has lost the session") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1);
  driver.add(2);
  (void)driver.send();
  driver.answer(1, 0, SessionDriver::success());
  driver.go_back(Code::out_of_sequence, 1);
  CHECK(driver.session.nonce() == SessionDriver::nonce(2));
  CHECK(driver.session.counters().started_over == 1);
}

TEST_CASE("A WELCOME that nobody waits for changes nothing") {
  SessionDriver driver;
  driver.open();
  driver.add(1);
  CHECK(driver.send_numbers() == Numbers{1});
  driver.welcome(1);
  CHECK(driver.send().empty());
  CHECK(driver.session.open());
}

TEST_CASE("A session that speaks no version of the router's ends and says why") {
  SessionDriver driver;
  driver.add(1);
  (void)driver.send();
  driver.answer(std::nullopt, std::nullopt, refusal(Code::unsupported_version, "this end speaks 7"));
  REQUIRE(driver.session.failure().has_value());
  CHECK(driver.session.failure()->detail == "this end speaks 7");
  driver.at_ms(60'000);
  CHECK(driver.send().empty());
  CHECK(driver.hellos.size() == 1);
}

TEST_CASE("A session that is not allowed to send ends and says why") {
  const Code code = GENERATE(Code::not_authenticated, Code::not_allowed);
  SessionDriver driver;
  driver.add(1);
  (void)driver.send();
  driver.answer(std::nullopt, std::nullopt, refusal(code, "reader has the roles read"));
  REQUIRE(driver.session.failure().has_value());
  CHECK(driver.session.failure()->code == code);
  CHECK(driver.session.failure()->detail == "reader has the roles read");
}

TEST_CASE("A message that is refused whole answers all its commands") {
  SessionDriver driver;
  driver.open();
  driver.add(1, "a");
  driver.add(2, "b");
  (void)driver.send();
  driver.answer(1, std::nullopt, refusal(Code::batch_too_large, ""));
  CHECK(driver.answered == Answered{{1, Code::batch_too_large}, {2, Code::batch_too_large}});
}

TEST_CASE("Answers to numbers never sent and to places that do not exist are ignored") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1);
  driver.add(2);
  (void)driver.session.outgoing(driver.now);  // built and not sent
  driver.answer(1, 0, SessionDriver::success());
  (void)driver.send();
  driver.answer(9, 0, SessionDriver::success());
  driver.answer(1, 7, SessionDriver::success());
  driver.answer(1, UINT64_MAX, SessionDriver::success());
  driver.session.on_message("nonsense", driver.now);
  CHECK(driver.answered.empty());
  CHECK(driver.session.unanswered() == 2);
}

TEST_CASE("A command may be added from within an answer") {
  std::vector<std::uint64_t> answered;
  Session* handle = nullptr;
  Session session(
      {}, [] { return SessionDriver::nonce(1); },
      [&](std::uint64_t tag, const Answer&) {
        answered.push_back(tag);
        if (tag < 100) {
          handle->add(tag + 1, WalletId("w"), packed(deposit("d", "w", 1)));
        }
      });
  handle = &session;
  const TimeUs now{1};
  (void)session.outgoing(now);
  session.sent(now);
  session.on_message(encode_welcome({1, session.nonce(), Incarnation(1), 1, kWideLimits}), now);
  session.add(1, WalletId("w"), packed(deposit("d", "w", 1)));
  for (std::uint64_t number = 1; number <= 100; ++number) {
    REQUIRE(session.outgoing(now).has_value());
    session.sent(now);
    Writer body;
    encode_answer_body(body, SessionDriver::success());
    AnswersBuilder answers;
    answers.add(number, 0, body.view());
    session.on_message(answers.take(), now);
  }
  CHECK(answered.size() == 100);
  CHECK(session.unanswered() == 0);
}

TEST_CASE("A session says until when it has nothing to do") {
  SessionDriver driver({.hello_timeout_ms = 500, .answer_timeout_ms = 2000});
  CHECK(driver.session.wake_at() <= driver.now);
  (void)driver.send();
  CHECK(driver.session.wake_at() == driver.now.plus(500'000));
  driver.welcome();
  CHECK(driver.session.wake_at() > driver.now.plus(1'000'000'000'000));
  driver.add(1);
  (void)driver.send();
  CHECK(driver.session.wake_at() == driver.now.plus(2'000'000));
  driver.overload(1, 0, 100);
  CHECK(driver.session.wake_at() >= driver.now.plus(100'000));
  CHECK(driver.session.wake_at() <= driver.now.plus(150'000));
}

}  // namespace
}  // namespace florin::test
