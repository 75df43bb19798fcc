// What a caller may not do is answered, counted and told, and gets no further.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/router_driver.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

const Caller kShop{"shop", {Role::submit}};
const Caller kOperator{"operator", {Role::operate}};
const Caller kReader{"reader", {Role::read, Role::node, Role::check}};
const Caller kRevoked{"revoked", {}};

void send_as(RouterDriver& router, const Caller& caller, const std::vector<Command>& commands) {
  std::vector<std::string> all;
  for (const Command& command : commands) {
    all.push_back(packed(command));
  }
  router.logic.on_client("peer", encode_submit_packed(9, all), router.now, caller);
}

TEST_CASE("Each command needs the role of its kind") {
  RouterDriver router;
  router.ready();
  send_as(router, kShop,
          {deposit("d", "w", 1), freeze("f", "w"), payment("p", "w", 1), set_limits("l", "w", 5)});
  const RouterSent sent = router.flush();
  CHECK(sent.ids() == std::vector<std::string>{"d", "p"});
  const auto& answers = sent.answers.at("peer");
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].number == 9U);
  CHECK(answers[0].index == 1U);
  CHECK(answers[0].answer.code == Code::not_allowed);
  CHECK(answers[0].answer.detail == "shop has the roles submit, and freeze needs operate");
  CHECK(answers[1].index == 3U);
  CHECK(router.logic.status().not_allowed == 2);
  CHECK(router.logic.status().received == 2);
}

TEST_CASE("Who operates does not move money without submit") {
  RouterDriver router;
  router.ready();
  send_as(router, kOperator, {open_wallet("o", "w"), deposit("d", "w", 1), close_wallet("c", "w")});
  CHECK(router.flush().ids() == std::vector<std::string>{"o", "c"});
  CHECK(router.logic.status().not_allowed == 1);
}

TEST_CASE("Nothing is taken from who can send nothing") {
  for (const auto& [caller, code] :
       {std::pair(kReader, Code::not_allowed), std::pair(kRevoked, Code::not_authenticated)}) {
    INFO(caller.name);
    RouterDriver router;
    router.ready();
    send_as(router, caller, {deposit("d", "w", 1)});
    router.logic.on_client("hello", encode_hello({{}, 1, 1, 1}), router.now, caller);
    const RouterSent sent = router.flush();
    CHECK(sent.ids().empty());
    CHECK(sent.welcomes.empty());
    const auto& answer = sent.answers.at("peer").front();
    CHECK(answer.number == 9U);
    CHECK_FALSE(answer.index.has_value());
    CHECK(answer.answer.code == code);
    CHECK_FALSE(sent.answers.at("hello").front().number.has_value());
    CHECK(sent.answers.at("hello").front().answer.code == code);
  }
}

TEST_CASE("What was not allowed is not kept among what was not well-formed") {
  RouterDriver router;
  send_as(router, kReader, {deposit("d", "w", 1)});
  send_as(router, kShop, {freeze("f", "w")});
  CHECK(router.flush().refused.empty());
  CHECK(router.logic.status().refused == 0);
  CHECK(router.logic.status().not_allowed == 2);
}

TEST_CASE("A command that was not allowed leaves its id free and the session in order") {
  RouterDriver router;
  router.ready();
  send_as(router, kShop, {freeze("f", "w")});
  send_as(router, kOperator, {freeze("f", "w")});
  CHECK(router.flush().ids() == std::vector<std::string>{"f"});
}

}  // namespace
}  // namespace florin::test
