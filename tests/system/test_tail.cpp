// `florin tail`: what happens, without a gap.

#include <csignal>
#include <memory>
#include <sstream>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

std::unique_ptr<ChildProcess> start_tail(const FlorinNode& node, Arguments options) {
  options.insert(options.begin(), {"--json", "tail"});
  return std::make_unique<ChildProcess>(node.command(options), node.file("tail.out"), node.file("tail.err"));
}

std::vector<nlohmann::json> lines_of(const ChildProcess& tail) {
  std::vector<nlohmann::json> lines;
  std::istringstream stream(tail.out());
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line));
  }
  return lines;
}

TEST_CASE("Tail from the start prints every transaction once and ends at its count") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto tail = start_tail(node, {"--from-start", "--count", "25"});
  TestClient client(node.front());
  for (int i = 0; i < 20; ++i) {
    client.ask(deposit("d" + std::to_string(i), i % 2 == 0 ? "100" : "101", 1));
  }
  REQUIRE(tail->wait() == 0);
  const auto lines = lines_of(*tail);
  REQUIRE(lines.size() == 25);
  std::map<int, std::uint64_t> last;
  for (const auto& line : lines) {
    CHECK(line["sequence"] == ++last[line["shard"].get<int>()]);
  }
}

TEST_CASE("Tail of one wallet shows only that wallet and only what is new") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto tail = start_tail(node, {"--wallet", "101", "--count", "2"});
  TestClient client(node.front());
  int sent = 0;
  // It says nothing when it is ready, so there is traffic until it has seen enough.
  REQUIRE(eventually([&] {
    client.ask(deposit("d" + std::to_string(sent++), "101", 1));
    client.ask(deposit("e" + std::to_string(sent++), "100", 1));
    return !tail->is_running();
  }));
  CHECK(tail->wait() == 0);
  const auto lines = lines_of(*tail);
  REQUIRE(lines.size() == 2);
  for (const auto& line : lines) {
    CHECK(line["wallet"] == "101");
    CHECK(line["kind"] == "deposit");
    CHECK(line["id"] != "bootstrap:fund");
  }
}

TEST_CASE("Tail goes on over a restart of the node and misses nothing") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto tail = start_tail(node, {"--from-start", "--count", "15"});
  // What has not seen the node before the kill would find that nothing runs.
  REQUIRE(eventually([&] { return !tail->out().empty(); }));
  for (int round = 0; round < 2; ++round) {
    {
      TestClient client(node.front());
      for (int i = 0; i < 5; ++i) {
        client.ask(deposit("d" + std::to_string(round) + std::to_string(i), "100", 1));
      }
    }
    if (round == 0) {
      node.kill();
      node.start();
    }
  }
  REQUIRE(tail->wait() == 0);
  std::map<int, std::uint64_t> last;
  for (const auto& line : lines_of(*tail)) {
    CHECK(line["sequence"] == ++last[line["shard"].get<int>()]);
  }
}

TEST_CASE("Tail ends with 0 on SIGTERM and with 1 where nothing runs") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto tail = start_tail(node, {"--from-start"});
  REQUIRE(eventually([&] { return !tail->out().empty(); }));
  tail->send_signal(SIGTERM);
  CHECK(tail->wait() == 0);
  REQUIRE(node.stop() == 0);
  const ProgramResult alone = node.cli({"tail"});
  CHECK(alone.exit_code == 1);
  CHECK(alone.err.find("start `florin run` first") != std::string::npos);
}

}  // namespace
}  // namespace florin::test
