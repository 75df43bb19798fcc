#include <fmt/format.h>

#include "client/persistent_sender.hpp"
#include "tests/client/fake_router.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

constexpr std::int64_t kMs = 1000;

struct SenderDriver {
  explicit SenderDriver(const SenderSettings& settings = {})
      : sender(context, kFakeRouter, settings,
               [this](std::uint64_t tag, const Answer& answer) { answered.emplace_back(tag, answer.code); }) {
  }

  /// Adds commands with the tags 1 to `count`.
  void add(std::uint64_t count) {
    for (std::uint64_t tag = 1; tag <= count; ++tag) {
      sender.add(tag, command(tag));
    }
  }
  static std::string command(std::uint64_t tag) {
    return packed(deposit(fmt::format("t{}", tag), "100", 1250));
  }
  /// A round so long after the start; gives what the router got.
  std::vector<FakeRouter::Received> round_at(std::int64_t ms) {
    sender.round(start.plus(ms * kMs), 0);
    return router.take();
  }

  const TimeUs start{1'700'000'000'000'000};
  zmq::context_t context{1};
  FakeRouter router{context};
  std::vector<std::pair<std::uint64_t, Code>> answered;
  PersistentSender sender;
};

using Answered = std::vector<std::pair<std::uint64_t, Code>>;
using Packed = std::vector<std::string>;

TEST_CASE("A command that is answered is sent once") {
  SenderDriver driver;
  driver.add(1);
  const auto sent = driver.round_at(0);
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].commands == Packed{SenderDriver::command(1)});
  driver.router.answer(sent[0], 0, success());
  CHECK(driver.round_at(1).empty());
  CHECK(driver.answered == Answered{{1, Code::none}});
  CHECK(driver.sender.pending() == 0);
  CHECK(driver.round_at(10'000).empty());
  CHECK(driver.sender.resent() == 0);
}

TEST_CASE("A command without an answer is sent again after its time-out with the same bytes") {
  SenderDriver driver({.in_flight_max = 10, .answer_timeout_ms = 100});
  driver.add(1);
  const auto first = driver.round_at(0);
  CHECK(driver.round_at(99).empty());
  CHECK(driver.sender.resent() == 0);
  CHECK(driver.round_at(100).empty());
  const auto second = driver.round_at(101);
  REQUIRE(first.size() == 1);
  REQUIRE(second.size() == 1);
  CHECK(second[0].commands == first[0].commands);
  CHECK(second[0].number != first[0].number);
  CHECK(driver.sender.resent() == 1);
  CHECK(driver.sender.pending() == 1);
  CHECK(driver.answered.empty());
}

TEST_CASE("Answers of a message that was given up are ignored") {
  SenderDriver driver({.in_flight_max = 10, .answer_timeout_ms = 100});
  driver.add(1);
  const auto first = driver.round_at(0);
  driver.round_at(100);
  const auto second = driver.round_at(101);
  REQUIRE(second.size() == 1);
  driver.router.answer(first.at(0), 0, refusal(Code::invalid_amount, ""));
  driver.round_at(102);
  CHECK(driver.answered.empty());
  CHECK(driver.sender.pending() == 1);
  driver.router.answer(second[0], 0, success());
  driver.round_at(103);
  CHECK(driver.answered == Answered{{1, Code::none}});
}

TEST_CASE("A command that was refused for capacity is sent again only after the time it was told") {
  const Code code = GENERATE(Code::overloaded, Code::store_fault);
  SenderDriver driver;
  driver.add(1);
  driver.router.answer(driver.round_at(0).at(0), 0, refusal(code, "", 50));
  CHECK(driver.round_at(10).empty());
  CHECK(driver.round_at(59).empty());
  const auto again = driver.round_at(60);
  REQUIRE(again.size() == 1);
  CHECK(again[0].commands == Packed{SenderDriver::command(1)});
  CHECK(driver.answered.empty());
  CHECK(driver.sender.resent() == 1);
}

TEST_CASE("A command that has to wait does not go out in the batch of one that need not") {
  SenderDriver driver({.in_flight_max = 10, .commands_per_message = 2});
  driver.add(2);
  const auto sent = driver.round_at(0);
  REQUIRE(sent.size() == 1);
  driver.router.answer(sent[0], 0, refusal(Code::overloaded, "", 10));
  driver.router.answer(sent[0], 1, refusal(Code::overloaded, "", 50));
  CHECK(driver.round_at(0).empty());
  CHECK(driver.round_at(10).at(0).commands == Packed{SenderDriver::command(1)});
  CHECK(driver.round_at(50).at(0).commands == Packed{SenderDriver::command(2)});
}

TEST_CASE("What refuses a message answers all its commands") {
  SenderDriver driver({.in_flight_max = 10, .commands_per_message = 3});
  driver.add(3);
  driver.router.answer(driver.round_at(0).at(0), std::nullopt, refusal(Code::batch_too_large, ""));
  driver.round_at(1);
  CHECK(driver.answered ==
        Answered{{1, Code::batch_too_large}, {2, Code::batch_too_large}, {3, Code::batch_too_large}});
  CHECK(driver.sender.pending() == 0);
}

TEST_CASE("Answers find their commands by index and each is told once") {
  SenderDriver driver({.in_flight_max = 10, .commands_per_message = 3});
  driver.add(3);
  const auto sent = driver.round_at(0).at(0);
  driver.router.answer(sent, 2, success());
  driver.router.answer(sent, 2, success());
  driver.router.answer(sent, 3, success());
  driver.router.answer(sent, 0, refusal(Code::invalid_amount, ""));
  driver.round_at(1);
  CHECK(driver.answered == Answered{{3, Code::none}, {1, Code::invalid_amount}});
  CHECK(driver.sender.pending() == 1);
  driver.round_at(2000);
  CHECK(driver.round_at(2001).at(0).commands == Packed{SenderDriver::command(2)});
}

TEST_CASE("A sender has room until its limit is in flight") {
  SenderDriver driver({.in_flight_max = 2});
  driver.add(1);
  CHECK(driver.sender.has_room());
  driver.sender.add(2, SenderDriver::command(2));
  CHECK_FALSE(driver.sender.has_room());
  const auto sent = driver.round_at(0);
  REQUIRE(sent.size() == 2);
  CHECK_FALSE(driver.sender.has_room());
  driver.router.answer(sent[0], 0, refusal(Code::overloaded, "", 50));
  driver.round_at(1);
  CHECK_FALSE(driver.sender.has_room());
  driver.router.answer(sent[1], 0, success());
  driver.round_at(2);
  CHECK(driver.sender.has_room());
}

TEST_CASE("Commands are packed into messages of the batch size in their order") {
  SenderDriver driver({.in_flight_max = 10, .commands_per_message = 2});
  driver.add(5);
  const auto sent = driver.round_at(0);
  REQUIRE(sent.size() == 3);
  CHECK(sent[0].commands == Packed{SenderDriver::command(1), SenderDriver::command(2)});
  CHECK(sent[1].commands == Packed{SenderDriver::command(3), SenderDriver::command(4)});
  CHECK(sent[2].commands == Packed{SenderDriver::command(5)});
  CHECK(sent[0].number < sent[1].number);
}

}  // namespace
}  // namespace florin::test
