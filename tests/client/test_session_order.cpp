// What keeps the order of a wallet in a client's session: nothing newer goes out before what was refused.

#include "tests/client/session_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("After overload a wallet waits and goes out again in its order") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1);
  driver.add(2);
  CHECK(driver.send_numbers() == Numbers{1, 2});
  driver.overload(1, 0, 100);
  driver.add(3);
  driver.at_ms(1000);
  CHECK(driver.send().empty());  // 2 has not come back
  driver.overload(2, 0, 100);
  const auto again = driver.send();
  REQUIRE(again.size() == 3);
  CHECK(again[0].ids == Ids{"1"});
  CHECK(again[1].ids == Ids{"2"});
  CHECK(again[2].ids == Ids{"3"});
  CHECK(again[0].number == 3);
}

TEST_CASE("Other wallets do not wait for one that is overloaded") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1, "a");
  (void)driver.send();
  driver.overload(1, 0, 100);
  driver.add(2, "a");
  driver.add(3, "b");
  CHECK(driver.send_ids() == Ids{"3"});
  driver.at_ms(200);
  CHECK(driver.send_ids() == Ids{"1", "2"});
}

TEST_CASE("What waited in the session when its wallet was refused goes out behind the refused") {
  SessionDriver driver({.in_flight_commands_max = 1, .commands_per_message_max = 1});
  driver.open();
  driver.add(1, "a");
  driver.add(2, "a");
  driver.add(3, "b");
  driver.add(4, "a");
  CHECK(driver.send_ids() == Ids{"1"});
  driver.overload(1, 0, 100);
  CHECK(driver.send_ids() == Ids{"3"});
  driver.answer(2, 0, SessionDriver::success());
  driver.at_ms(200);
  CHECK(driver.send_ids() == Ids{"1"});
  driver.answer(3, 0, SessionDriver::success());
  CHECK(driver.send_ids() == Ids{"2"});
  driver.answer(4, 0, SessionDriver::success());
  CHECK(driver.send_ids() == Ids{"4"});
}

TEST_CASE("A command whose id is under way waits for its answer, and so does what follows in the wallet") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1, "a");
  driver.session.add(2, WalletId("a"), packed(deposit("1", "a", 1)));
  driver.add(3, "a");
  driver.session.add(4, WalletId("b"), packed(deposit("1", "b", 1)));
  CHECK(driver.send_ids() == Ids{"1", "1"});  // of wallet a, and of wallet b
  CHECK(driver.session.unanswered() == 4);
  driver.overload(1, 0, 100);
  driver.at_ms(200);
  CHECK(driver.send_ids() == Ids{"1"});
  driver.answer(3, 0, SessionDriver::success());
  CHECK(driver.send_ids() == Ids{"1", "3"});
  driver.answer(4, 0, SessionDriver::success());
  driver.answer(5, 0, SessionDriver::success());
  driver.answer(2, 0, SessionDriver::success());
  CHECK(driver.session.unanswered() == 0);
  CHECK(driver.answered.size() == 4);
}

TEST_CASE("A session that is lost again at once goes on with half as many, and more with each answer") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  for (std::uint64_t tag = 1; tag <= 8; ++tag) {
    driver.add(tag, fmt::format("w{}", tag));
  }
  CHECK(driver.send().size() == 8);
  driver.go_back(Code::unknown_session, 0);
  (void)driver.send();
  driver.welcome(9);
  CHECK(driver.send().size() == 8);
  driver.go_back(Code::unknown_session, 0);
  (void)driver.send();
  driver.welcome(17);
  CHECK(driver.send_numbers() == Numbers{17, 18, 19, 20});
  driver.answer(17, 0, SessionDriver::success());
  CHECK(driver.send_numbers() == Numbers{21, 22});
}

TEST_CASE("What was taken before the refused one is not sent again") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1);
  driver.add(2);
  (void)driver.send();
  driver.overload(2, 0, 100);
  driver.at_ms(500);
  CHECK(driver.send().empty());
  driver.answer(1, 0, SessionDriver::success());
  CHECK(driver.send_ids() == Ids{"2"});
}

TEST_CASE("The pause of a wallet that stays overloaded doubles and has its end") {
  SessionDriver driver({.overload_backoff_max_ms = 1000});
  driver.open();
  driver.add(1);
  std::uint64_t number = 1;
  std::vector<std::int64_t> pauses;
  std::int64_t sent_at = 0;
  for (std::int64_t ms = 0; ms < 20'000; ms += 10) {
    driver.at_ms(ms);
    if (!driver.send().empty()) {
      pauses.push_back(ms - sent_at);
      sent_at = ms;
      driver.overload(number++, 0, 100);
    }
  }
  REQUIRE(pauses.size() > 8);
  CHECK(pauses[1] >= 100);
  CHECK(pauses[1] <= 160);
  CHECK(pauses[2] >= 200);
  CHECK(pauses[4] >= 800);
  for (const std::int64_t pause : pauses) {
    CHECK(pause <= 1510);
  }
}

TEST_CASE("A missing answer holds its wallet until all that is under way has come back") {
  SessionDriver driver({.commands_per_message_max = 1, .answer_timeout_ms = 2000});
  driver.open();
  driver.add(1);
  (void)driver.send();
  driver.at_ms(1000);
  driver.add(2);
  (void)driver.send();
  driver.at_ms(2000);
  (void)driver.send();  // HELLO
  driver.welcome(3);    // both were taken; the answer of 1 is overdue
  driver.add(3);
  CHECK(driver.send().empty());
  driver.answer(2, 0, SessionDriver::success());
  CHECK(driver.send_ids() == Ids{"1", "3"});
}

TEST_CASE("What is older than the refused and has no answer goes again in a new session") {
  SessionDriver driver({.commands_per_message_max = 1, .answer_timeout_ms = 2000});
  driver.open();
  driver.add(1);
  driver.add(2);
  driver.add(3, "other");
  (void)driver.send();
  driver.answer(3, 0, SessionDriver::success());
  driver.overload(2, 0, 100);  // the router now takes 2 before anything else of the wallet
  driver.at_ms(2000);
  (void)driver.send();  // HELLO
  const SessionNonce first = driver.session.nonce();
  driver.welcome(4);  // the answer of 1 is missing
  driver.at_ms(10'000);
  CHECK(driver.send().empty());
  CHECK(driver.session.nonce() != first);
  driver.welcome(4, 2);
  CHECK(driver.send_ids() == Ids{"1", "2"});
}

TEST_CASE("A new session takes over what is unanswered in the order added") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1, "a");
  driver.add(2, "b");
  driver.add(3, "a");
  (void)driver.send();
  driver.add(4, "b");
  driver.go_back(Code::unknown_session, 0);
  driver.add(5, "a");
  (void)driver.send();
  driver.welcome(4, 2);
  CHECK(driver.send_ids() == Ids{"1", "2", "3", "4", "5"});
}

TEST_CASE("A new session does not shorten the pause of an overloaded wallet") {
  SessionDriver driver({.commands_per_message_max = 1});
  driver.open();
  driver.add(1, "a");
  driver.add(2, "a");
  driver.add(3, "b");
  (void)driver.send();
  driver.overload(1, 0, 1000);
  driver.go_back(Code::unknown_session, 0);
  (void)driver.send();
  driver.welcome(4, 1);
  CHECK(driver.send_ids() == Ids{"3"});
  driver.at_ms(1600);
  CHECK(driver.send_ids() == Ids{"1", "2"});
}

}  // namespace
}  // namespace florin::test
