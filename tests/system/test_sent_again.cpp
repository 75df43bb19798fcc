// The same id again: the first outcome, whatever has happened since.

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

/// What must be the same when a command is sent again.
void check_repeats(const Answer& again, const Answer& first) {
  Answer expected = first;
  expected.duplicate = true;
  CHECK(again == expected);
}

TEST_CASE("The same id twice gives the first outcome marked as a duplicate") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  TestClient client(node.front());
  const Answer first = client.ask(deposit("d", "100", 5));
  CHECK_FALSE(first.duplicate);
  check_repeats(client.ask(deposit("d", "100", 5)), first);
  TestClient other(node.front());
  check_repeats(other.ask(deposit("d", "100", 5)), first);
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100005);
}

TEST_CASE("The same id twice in one batch is decided once") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  TestClient client(node.front());
  const std::vector<Command> batch{deposit("d", "100", 5), deposit("d", "100", 5), deposit("d", "100", 6)};
  const auto answers = client.ask_all(batch);
  CHECK(answers[0].resolution == Resolution::success);
  check_repeats(answers[1], answers[0]);
  CHECK(answers[2].code == Code::idempotency_conflict);
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100005);
}

TEST_CASE("The same id for other content is a conflict and changes nothing") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  TestClient client(node.front());
  REQUIRE(client.ask(deposit("d", "100", 5)).resolution == Resolution::success);
  CHECK(client.ask(deposit("d", "100", 6)).code == Code::idempotency_conflict);
  CHECK(client.ask(withdraw("d", "100", 5)).code == Code::idempotency_conflict);
  CHECK(client.ask(advice(deposit("d", "100", 5))).code == Code::idempotency_conflict);
  CHECK(client.ask(deposit("d", "101", 5)).resolution == Resolution::success);  // unique within a wallet
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100005);
}

TEST_CASE("An outcome stands after freeze, close and restart") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const std::vector<Command> sent{deposit("in", "102", 5),    withdraw("too-much", "102", 6),
                                  withdraw("out", "102", 5),  freeze("ice", "102"),
                                  close_wallet("end", "102"), deposit("nowhere", "no-such-wallet", 1)};
  std::vector<Answer> first;
  {
    TestClient client(node.front());
    for (const Command& command : sent) {
      first.push_back(client.ask(command));
    }
    CHECK(first[1].code == Code::insufficient_funds);
    CHECK(first[5].code == Code::wallet_not_found);
    for (std::size_t i = 0; i < sent.size(); ++i) {
      check_repeats(client.ask(sent[i]), first[i]);
    }
  }
  const bool killed = GENERATE(false, true);
  if (killed) {
    node.kill();
  } else {
    REQUIRE(node.stop() == 0);
  }
  node.start();
  TestClient client(node.front());
  REQUIRE(client.ask(open_wallet("late", "no-such-wallet")).resolution == Resolution::success);
  for (std::size_t i = 0; i < sent.size(); ++i) {
    check_repeats(client.ask(sent[i]), first[i]);
  }
  CHECK(client.ask(deposit("in", "102", 6)).code == Code::idempotency_conflict);
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("The generator with one seed sends nothing new the second time") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  // What is slow to be answered must not be sent again by itself.
  const Arguments generate{"generate", "500",     "--seed",       "7",    "--wallets",
                           "100-102",  "--quiet", "--timeout-ms", "60000"};
  const auto first = node.cli_lines(generate);
  CHECK(first.back()["answered"] == 500);
  CHECK(first.back()["repeated"] == 0);
  const auto wallets = node.cli({"--json", "wallets"}).out;
  const auto second = node.cli_lines(generate);
  CHECK(second.back()["repeated"] == 500);
  CHECK(second.back()["success"] == first.back()["success"]);
  CHECK(node.cli({"--json", "wallets"}).out == wallets);
}

}  // namespace
}  // namespace florin::test
