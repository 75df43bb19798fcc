// The parts in processes of their own: whichever starts first, whichever is stopped, killed or started twice.

#include <algorithm>
#include <csignal>

#include "client/submit_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/deposit_load.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_cluster.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;
using Parts = std::vector<std::string>;

/// What the wallets of the load hold beyond what they were opened with.
std::uint64_t deposited(const FlorinNode& node) {
  std::uint64_t total = 0;
  for (const char* wallet : {"100", "101"}) {
    total += node.cli_json({"balance", wallet})["balance_minor"].get<std::uint64_t>();
  }
  return total - 150'000;
}

void check_nothing_lost(FlorinCluster& cluster, const DepositLoad& load) {
  CHECK(load.decided() == load.sent());
  CHECK(deposited(cluster.node()) == load.sent());
  const ProgramResult live = cluster.node().cli({"verify"});
  INFO(live.out << live.err);
  CHECK(live.exit_code == 0);
  CHECK(cluster.stop_all());
  CHECK(cluster.node().cli({"verify"}).exit_code == 0);
}

TEST_CASE("Parts find each other in whatever order they start") {
  const Parts order = GENERATE(Parts{"dead-letter", "accounting", "worker 1", "worker 0", "router"},
                               Parts{"router", "accounting", "dead-letter", "worker 0", "worker 1"},
                               Parts{"worker 0", "router", "worker 1", "dead-letter", "accounting"});
  FlorinCluster cluster(FLORIN_BINARY);
  for (const std::string& part : order) {
    cluster.launch(part);
    REQUIRE(eventually(
        [&] { return cluster.process(part).err().find(R"("event":"started")") != std::string::npos; }));
  }
  cluster.wait_until_ready();
  TestClient client(cluster.front());
  CHECK(client.ask(deposit("d", "100", 1)).resolution == Resolution::success);
  CHECK(client.ask(withdraw("w", "102", 1)).code == Code::insufficient_funds);
  CHECK(cluster.node().cli({"verify"}).exit_code == 0);
  CHECK(cluster.stop_all());
}

TEST_CASE("Each part is named by its process where people see it") {
  FlorinCluster cluster(FLORIN_BINARY);
  cluster.start();
  const Json status = cluster.node().cli_json({"status"});
  const auto named = [&](const std::string& part, const std::string& program) {
    return program + "-" + std::to_string(cluster.process(part).pid());
  };
  CHECK(status["router"]["process"] == named("router", "router"));
  CHECK(status["shards"][0]["worker"] == named("worker 0", "worker"));
  CHECK(status["shards"][1]["worker"] == named("worker 1", "worker"));
  CHECK(status["router"]["shards"][1]["worker"] == named("worker 1", "worker"));
  CHECK(status["accounting"]["process"] == named("accounting", "accounting"));
  CHECK(status["dead_letters"]["process"] == named("dead-letter", "dead-letter"));
  TestClient client(cluster.front());
  const Answer answer = client.ask(deposit("d", "100", 1));
  const std::string owner = "worker " + std::to_string(answer.shard.value());
  CHECK(eventually([&] {
    return cluster.process(owner).err().find("\"worker\":\"" + named(owner, "worker")) != std::string::npos;
  }));
}

TEST_CASE("Each part is stopped or killed under load and started again, and nothing is lost") {
  const int number = GENERATE(SIGTERM, SIGKILL);
  INFO("signal " << number);
  FlorinCluster cluster(FLORIN_BINARY);
  cluster.start();
  DepositLoad load(cluster.front());
  for (const std::string& part : cluster.parts()) {
    INFO(part);
    const std::uint64_t before = load.decided();
    REQUIRE(load.run_until([&] { return load.decided() > before + 200; }));
    cluster.process(part).send_signal(number);
    REQUIRE(load.run_until([&] { return !cluster.process(part).is_running(); }));
    CHECK(cluster.process(part).wait() == (number == SIGTERM ? 0 : 128 + SIGKILL));
    cluster.launch(part);
    const std::uint64_t after = load.decided();
    REQUIRE(load.run_until([&] { return load.decided() > after + 400; }));
  }
  REQUIRE(load.finish());
  cluster.wait_until_ready();
  check_nothing_lost(cluster, load);
}

std::uint64_t gaps(const FlorinNode& node, const char* consumer) {
  const Json status = node.cli_json({"status"});
  std::uint64_t gaps = 0;
  for (const Json& shard : status[consumer]["shards"]) {
    gaps += shard["gaps"].get<std::uint64_t>();
  }
  return gaps;
}

TEST_CASE("What was dropped for consumers that stood still is fetched") {
  FlorinCluster cluster(FLORIN_BINARY, {.shards = 1, .limits = "events_waiting_max = 1\n"}, {"0"});
  cluster.start();
  cluster.node().wait_for_consumers();
  const auto before = std::pair(gaps(cluster.node(), "accounting"), gaps(cluster.node(), "dead_letters"));
  DepositLoad load(cluster.front());
  for (const char* consumer : {"accounting", "dead-letter"}) {
    cluster.process(consumer).send_signal(SIGSTOP);
  }
  // More than the kernel's buffers of a connection hold.
  REQUIRE(load.run_until([&] { return load.decided() > 10'000; }));
  for (const char* consumer : {"accounting", "dead-letter"}) {
    cluster.process(consumer).send_signal(SIGCONT);
  }
  REQUIRE(load.finish());
  cluster.node().wait_for_consumers();
  CHECK(eventually([&] { return gaps(cluster.node(), "accounting") > before.first; }));
  CHECK(eventually([&] { return gaps(cluster.node(), "dead_letters") > before.second; }));
  check_nothing_lost(cluster, load);
}

TEST_CASE("Parts find each other over tcp and again after each was killed") {
  std::string doors;
  for (const char* door : {"front", "backend", "router_query", "accounting_query", "dead_letter_query",
                           "shard_events", "shard_query"}) {
    doors += std::string(door) + " = \"tcp://127.0.0.1:" + std::to_string(free_port()) + "\"\n";
  }
  FlorinCluster cluster(FLORIN_BINARY, {.shards = 1, .endpoints = doors}, {"0"});
  cluster.start();
  DepositLoad load(cluster.front());
  for (const std::string& part : cluster.parts()) {
    INFO(part);
    cluster.kill(part);
    cluster.launch(part);
    const std::uint64_t before = load.decided();
    REQUIRE(load.run_until([&] { return load.decided() > before + 100; }));
  }
  REQUIRE(load.finish());
  cluster.wait_until_ready();
  check_nothing_lost(cluster, load);
}

/// Sends deposits as fast as they go, ends the router with SIGTERM in the midst of it, and gives how many
/// were answered by the time it had ended.
std::uint64_t answered_at_end(const std::string& front, ChildProcess& router) {
  zmq::context_t context(1);
  SubmitClient client(context, front);
  constexpr int kMessages = 400;
  constexpr int kCommands = 10;
  for (int i = 0; i < kMessages; ++i) {
    std::vector<std::string> commands;
    for (int j = 0; j < kCommands; ++j) {
      commands.push_back(
          packed(deposit("d" + std::to_string(i) + "." + std::to_string(j), j % 2 == 0 ? "100" : "101", 1)));
    }
    (void)client.submit_packed(commands);
  }
  std::uint64_t answered = 0;
  REQUIRE(eventually([&] { return (answered += client.receive_answers(20).size()) > 0; }));
  router.send_signal(SIGTERM);
  REQUIRE(router.wait() == 0);
  for (std::size_t more = 1; more > 0; answered += more) {
    more = client.receive_answers(200).size();
  }
  return answered;
}

TEST_CASE("A router that is asked to end answers what it has taken first") {
  FlorinCluster cluster(FLORIN_BINARY);
  cluster.start();
  const std::uint64_t answered = answered_at_end(cluster.front(), cluster.process("router"));
  // Whatever is decided was answered: nothing was under way when it ended.
  CHECK(answered == deposited(cluster.node()));
  CHECK(answered > 0);
}

TEST_CASE("A node that is asked to end answers what it has taken and lets its consumers follow to the end") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const std::uint64_t answered = answered_at_end(node.front(), node.process());
  CHECK(answered == deposited(node));
  const Json verified = node.cli_json({"verify"});
  INFO(verified.dump());
  CHECK(verified["discrepancies"] == 0);
  CHECK(verified["notes"].empty());
}

TEST_CASE("A router whose shards are away ends within its time") {
  FlorinCluster cluster(FLORIN_BINARY, {.limits = "drain_timeout_ms = 200"});
  cluster.launch("router");
  REQUIRE(eventually([&] { return !cluster.node().cli({"status"}).out.empty(); }));
  const auto began = std::chrono::steady_clock::now();
  CHECK(cluster.stop("router") == 0);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20));
}

TEST_CASE("A second process for a part is refused and names the holder") {
  FlorinCluster cluster(FLORIN_BINARY);
  cluster.start();
  const auto check_refused = [&](const Arguments& arguments, const std::string& part,
                                 const std::string& where) {
    const ProgramResult second = cluster.node().cli(arguments);
    INFO(second.err);
    CHECK(second.exit_code == 1);
    const std::string holder = " is in use by florin " + part.substr(0, part.find(' ')) + " (process " +
                               std::to_string(cluster.process(part).pid());
    CHECK(second.err.find(where + holder) != std::string::npos);
  };
  check_refused({"worker", "--shards", "0"}, "worker 0", "/shard-000");
  check_refused({"worker", "--shards", "0-1"}, "worker 0", "/shard-000");
  check_refused({"router"}, "router", "/router");
  check_refused({"accounting"}, "accounting", "/accounting");
  check_refused({"dead-letter"}, "dead-letter", "/dead-letters");
  check_refused({"run"}, "router", "/router");
  // Nobody's sockets were taken.
  TestClient client(cluster.front());
  CHECK(client.ask(deposit("after", "100", 1)).resolution == Resolution::success);
  CHECK(cluster.node().cli({"verify"}).exit_code == 0);
  CHECK(cluster.stop_all());
}

TEST_CASE("Status tells which parts live and which are stopped") {
  FlorinCluster cluster(FLORIN_BINARY);
  cluster.start();
  cluster.kill("worker 1");
  cluster.kill("accounting");
  const Json status = cluster.node().cli_json({"status"});
  CHECK(status["router"]["live"] == true);
  CHECK(status["shards"][0]["live"] == true);
  CHECK(status["shards"][1]["live"] == false);
  CHECK(status["shards"][1]["phase"] == "stopped");
  CHECK(status["accounting"]["live"] == false);
  CHECK(status["dead_letters"]["live"] == true);
  const std::string text = cluster.node().cli({"status"}).out;
  CHECK(text.find("accounting: stopped") != std::string::npos);
  CHECK(text.find("dead letters: live as dead-letter-") != std::string::npos);
  CHECK(eventually([&] {
    const Json router = cluster.node().cli_json({"status"})["router"];
    return router["shards"][1]["silent_ms"] > 1000 && router["shards"][0]["silent_ms"] < 1000;
  }));
}

TEST_CASE("Shards that do not exist or are written wrongly are wrong usage") {
  FlorinCluster cluster(FLORIN_BINARY);
  const ProgramResult beyond = cluster.node().cli({"worker", "--shards", "0-2"});
  CHECK(beyond.exit_code == 2);
  CHECK(beyond.err.find("there is no shard 2: the configuration says shards = 2") != std::string::npos);
  CHECK(cluster.node().cli({"worker", "--shards", "x"}).exit_code == 2);
}

}  // namespace
}  // namespace florin::test
