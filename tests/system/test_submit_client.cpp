// The client library against a running node, over both transports.

#include <algorithm>

#include "tests/support/bounded_node.hpp"

namespace florin::test {
namespace {

/// No batch here is longer.
constexpr std::size_t kBatch = 256;

/// Every door on tcp, each at a port of its own.
std::string tcp_doors() {
  const std::vector<std::string> doors{"front", "backend", "router_query", "accounting_query",
                                       "dead_letter_query"};
  const auto ports = free_ports(doors.size());
  std::string lines;
  for (std::size_t i = 0; i < doors.size(); ++i) {
    lines += doors[i] + " = \"tcp://127.0.0.1:" + std::to_string(ports[i]) + "\"\n";
  }
  return lines;
}

NodeConfig node_over(const std::string& transport) {
  return transport == "tcp" ? NodeConfig{.endpoints = tcp_doors()} : NodeConfig{};
}

TEST_CASE("Single commands are answered over ipc and tcp") {
  const std::string transport = GENERATE("ipc", "tcp");
  INFO(transport);
  FlorinNode node(FLORIN_BINARY, node_over(transport));
  node.start();
  REQUIRE(node.front().substr(0, 3) == transport);
  TestClient client(node.front());
  const Answer added = client.ask(deposit("d1", "100", 250));
  CHECK(added.resolution == Resolution::success);
  CHECK(added.after.balance == MinorUnits(100250));
  CHECK(client.ask(withdraw("w1", "100", 200000)).code == Code::insufficient_funds);
  CHECK(client.ask(open_wallet("o1", "300", "USD")).after.status == WalletStatus::open);
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100250);
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("A batch over several shards is answered command by command in its order") {
  const std::string transport = GENERATE("ipc", "tcp");
  INFO(transport);
  FlorinNode node(FLORIN_BINARY, node_over(transport));
  node.start();
  TestClient client(node.front());
  std::vector<Command> batch;
  batch.reserve(kBatch);
  for (int i = 0; i < 200; ++i) {
    batch.push_back(deposit("b" + std::to_string(i), i % 2 == 0 ? "100" : "101", 1));
  }
  batch.push_back(withdraw("too-much", "102", 1));
  const auto answers = client.ask_all(batch);
  REQUIRE(answers.size() == 201);
  for (int i = 0; i < 200; ++i) {
    const Answer& answer = answers[static_cast<std::size_t>(i)];
    REQUIRE(answer.resolution == Resolution::success);
    // Each wallet's balance rises one by one: its commands were decided in the order sent.
    REQUIRE(answer.after.balance == MinorUnits((i % 2 == 0 ? 100001 : 50001) + i / 2));
  }
  CHECK(answers[200].code == Code::insufficient_funds);
}

TEST_CASE("A batch with one bad command takes the good ones") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  TestClient client(node.front());
  const std::vector<std::string> batch{packed(deposit("g1", "100", 1)), "\x91\x63",
                                       packed(deposit("g2", "100", 1))};
  const auto answers = client.ask_packed(batch);
  CHECK(answers[0].resolution == Resolution::success);
  CHECK(answers[1].code == Code::unknown_kind);
  CHECK(answers[2].resolution == Resolution::success);
}

TEST_CASE("A batch over the limit is refused whole") {
  FlorinNode node(FLORIN_BINARY, {.limits = "commands_per_message_max = 3"});
  node.start();
  TestClient client(node.front());
  std::vector<Command> batch;
  batch.reserve(kBatch);
  for (int i = 0; i < 4; ++i) {
    batch.push_back(deposit("b" + std::to_string(i), "100", 1));
  }
  for (const Answer& answer : client.ask_all(batch)) {
    CHECK(answer.code == Code::batch_too_large);
  }
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100000);
}

TEST_CASE("A full queue answers overloaded and takes the commands when they are sent again") {
  constexpr std::size_t kPerMessage = 10;
  FlorinNode node(FLORIN_BINARY, {.shards = 1,
                                  .limits = "queue_commands_max = 10\ncommands_per_message_max = 10\n"
                                            "overloaded_retry_ms = 7"});
  node.start();
  const auto commands = deposits("b", 300);
  RawClient flood(node.front());
  send_all(flood, commands, kPerMessage);
  const auto answers = receive_all(flood, commands.size(), kPerMessage);
  CHECK(count(answers, Code::overloaded) > 0);
  TestClient client(node.front());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    // A message is taken whole or not at all.
    CHECK(answers[i].code == answers[i - i % kPerMessage].code);
    if (answers[i].code == Code::overloaded) {
      CHECK(answers[i].retry_after_ms == 7);
      const Answer again = client.ask(commands[i]);
      CHECK(again.resolution == Resolution::success);
      CHECK_FALSE(again.duplicate);
    }
  }
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100'300);
}

}  // namespace
}  // namespace florin::test
