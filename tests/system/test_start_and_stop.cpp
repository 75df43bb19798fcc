// Starting, stopping, and what keeps a florin from starting.

#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

TEST_CASE("A started node holds the wallets its configuration names") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto wallets = node.cli_lines({"wallets"});
  CHECK(wallets.size() == 3);
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100000);
  CHECK(node.cli_json({"balance", "101"})["balance"] == "500.00 EUR");
  CHECK(node.cli_json({"balance", "102"})["balance_minor"] == 0);
}

TEST_CASE("SIGTERM and SIGINT end a node with 0") {
  const int number = GENERATE(SIGTERM, SIGINT);
  FlorinNode node(FLORIN_BINARY);
  node.start();
  node.process().send_signal(number);
  const int code = node.process().wait();
  INFO(node.process().err());
  CHECK(code == 0);
  CHECK(node.process().err().find(R"("event":"stopped")") != std::string::npos);
}

TEST_CASE("A later start repeats the bootstrap and changes nothing") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto before = node.cli({"--json", "wallets"});
  REQUIRE(node.stop() == 0);
  node.start();
  CHECK(node.cli({"--json", "wallets"}).out == before.out);
  CHECK(node.process().err().find(R"("transactions":"5","new":"0")") != std::string::npos);
}

TEST_CASE("A second node on the same data is refused and names the holder") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const ProgramResult second = node.cli({"run"});
  CHECK(second.exit_code == 1);
  CHECK(second.err.find("is in use by florin run (process " + std::to_string(node.process().pid())) !=
        std::string::npos);
  // The first still has its sockets.
  TestClient client(node.front());
  CHECK(client.ask(deposit("after", "100", 1)).resolution == Resolution::success);
  CHECK(node.cli({"balance", "100"}).exit_code == 0);
  CHECK(node.stop() == 0);
}

TEST_CASE("A node that was killed leaves nothing in the way of the next") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  node.kill();
  node.start();
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100000);
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("A taken port is named") {
  const std::uint16_t port = free_port();
  const std::string front = "front = \"tcp://127.0.0.1:" + std::to_string(port) + "\"";
  FlorinNode holder(FLORIN_BINARY, {.endpoints = front});
  holder.start();
  FlorinNode late(FLORIN_BINARY, {.endpoints = front});
  const ProgramResult result = late.cli({"run"});
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("cannot listen on tcp://127.0.0.1:" + std::to_string(port)) != std::string::npos);
  CHECK(result.err.find("Address already in use") != std::string::npos);
}

}  // namespace
}  // namespace florin::test
