// Workers that share the shards: one joins, leaves, dies, stands still or is killed by a command, and the
// router is started again. Nothing is lost, and the others go on.

#include <algorithm>
#include <csignal>
#include <set>

#include "client/query_client.hpp"
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
using Workers = std::vector<std::string>;

/// No worker ends itself only because the machine is busy.
const std::string kPatientHangs = "hang_timeout_ms = 120000\ncommit_hang_timeout_ms = 600000\n";
const std::string kPatient = "lease_ms = 120000\n" + kPatientHangs;

NodeConfig four_shards(const std::string& limits = kPatient) {
  return {.shards = 4, .limits = limits};
}

std::string process_of(FlorinCluster& cluster, const std::string& part) {
  return "worker-" + std::to_string(cluster.process(part).pid());
}

/// What the router says of itself, however its shards are.
Json router_of(FlorinCluster& cluster) {
  QueryClient client(500);
  const auto status = client.ask(cluster.node().config().endpoints.router_query, QueryKind::status, "\x90");
  return status ? Json::from_msgpack(*status) : Json::object();
}

/// What the router knows of a worker; null where it knows none of this name.
Json worker_of(FlorinCluster& cluster, const std::string& part) {
  for (const Json& worker : router_of(cluster).value("workers", Json::array())) {
    if (worker["worker"] == process_of(cluster, part)) {
      return worker;
    }
  }
  return nullptr;
}

/// How many shards a worker has in this way.
std::size_t held(FlorinCluster& cluster, const std::string& part, const std::string& hold = "serving") {
  std::size_t count = 0;
  const Json worker = worker_of(cluster, part);
  for (const Json& shard : worker.is_null() ? Json::array() : worker["shards"]) {
    count += shard["hold"] == hold ? 1 : 0;
  }
  return count;
}

/// Under load until the condition holds.
[[nodiscard]] bool lives_until(DepositLoad& load, const std::function<bool()>& condition) {
  return eventually([&] {
    const std::uint64_t before = load.decided();
    return load.run_until([&] { return load.decided() > before; }) && condition();
  });
}

[[nodiscard]] bool decides_more(DepositLoad& load, std::uint64_t more = 200) {
  const std::uint64_t before = load.decided();
  return load.run_until([&] { return load.decided() > before + more; });
}

void check_nothing_lost(FlorinCluster& cluster, DepositLoad& load) {
  REQUIRE(load.finish());
  cluster.wait_until_ready();
  CHECK(load.decided() == load.sent());
  std::uint64_t total = 0;
  for (const char* wallet : {"100", "101"}) {
    total += cluster.node().cli_json({"balance", wallet})["balance_minor"].get<std::uint64_t>();
  }
  CHECK(total - 150'000 == load.sent());
  CHECK(cluster.stop_all());
  const ProgramResult verified = cluster.node().cli({"verify"});
  INFO(verified.out << verified.err);
  CHECK(verified.exit_code == 0);
}

TEST_CASE("A worker that joins takes its part of the shards over, and gives it back when it leaves") {
  FlorinCluster cluster(FLORIN_BINARY, four_shards(), Workers{":a"});
  cluster.start();
  DepositLoad load(cluster.front());
  REQUIRE(decides_more(load));
  cluster.launch("worker:b");
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  REQUIRE(decides_more(load));
  cluster.process("worker:a").send_signal(SIGTERM);
  REQUIRE(load.run_until([&] { return !cluster.process("worker:a").is_running(); }));
  CHECK(cluster.process("worker:a").wait() == 0);
  cluster.forget("worker:a");
  REQUIRE(lives_until(load, [&] { return held(cluster, "worker:b") == 4; }));
  REQUIRE(decides_more(load));
  check_nothing_lost(cluster, load);
}

TEST_CASE("The shards of a worker that is killed go on at another") {
  FlorinCluster cluster(FLORIN_BINARY, four_shards(), Workers{":a", ":b"});
  cluster.start();
  DepositLoad load(cluster.front());
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  cluster.kill("worker:a");
  cluster.forget("worker:a");
  REQUIRE(lives_until(load, [&] { return held(cluster, "worker:b") == 4; }));
  REQUIRE(decides_more(load));
  cluster.launch("worker:c");
  REQUIRE(lives_until(load, [&] { return held(cluster, "worker:c") == 2; }));
  check_nothing_lost(cluster, load);
}

TEST_CASE("The shards of a worker that stands still wait, and status names who has their locks") {
  FlorinCluster cluster(FLORIN_BINARY, four_shards(), Workers{":a", ":b"});
  cluster.start();
  DepositLoad load(cluster.front());
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  cluster.process("worker:a").send_signal(SIGSTOP);
  REQUIRE(eventually([&] { return held(cluster, "worker:b", "waiting") == 2; }));
  const std::string holder = "process " + std::to_string(cluster.process("worker:a").pid()) + " on ";
  REQUIRE(
      eventually([&] { return worker_of(cluster, "worker:b").dump().find(holder) != std::string::npos; }));
  cluster.process("worker:a").send_signal(SIGCONT);
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  check_nothing_lost(cluster, load);
}

TEST_CASE("A worker that stood still for longer than its lease ends, and another has its shards") {
  // Long enough for the other one, which may be starved but is not stopped.
  FlorinCluster cluster(FLORIN_BINARY, four_shards("lease_ms = 6000\n" + kPatientHangs), Workers{":a", ":b"});
  cluster.start();
  DepositLoad load(cluster.front());
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  cluster.process("worker:a").send_signal(SIGSTOP);
  std::this_thread::sleep_for(std::chrono::milliseconds(8000));
  cluster.process("worker:a").send_signal(SIGCONT);
  CHECK(cluster.process("worker:a").wait() == 1);
  CHECK(cluster.process("worker:a").err().find("stopped for longer than its lease") != std::string::npos);
  cluster.forget("worker:a");
  // On a machine that was too busy for it, the other one may have ended, too.
  const auto other_lives = [&] {
    if (!cluster.process("worker:b").is_running()) {
      cluster.launch("worker:b");
    }
    return true;
  };
  REQUIRE(load.run_until([&] { return other_lives() && held(cluster, "worker:b") == 4; }));
  const std::uint64_t before = load.decided();
  REQUIRE(load.run_until([&] { return other_lives() && load.decided() > before + 200; }));
  check_nothing_lost(cluster, load);
}

TEST_CASE("A restarted router learns from the workers who has which shard, and moves none") {
  FlorinCluster cluster(FLORIN_BINARY, four_shards(), Workers{":a", ":b"});
  cluster.start();
  DepositLoad load(cluster.front());
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  const auto epochs_now = [&] {
    std::vector<std::uint64_t> epochs;
    const Json status = cluster.node().cli_json({"status"});
    for (const Json& shard : status["shards"]) {
      epochs.push_back(shard.value("epoch", std::uint64_t{0}));  // none of who did not answer in time
    }
    return epochs;
  };
  std::vector<std::uint64_t> before;
  REQUIRE(eventually([&] {
    before = epochs_now();
    return std::count(before.begin(), before.end(), 0U) == 0;
  }));
  cluster.kill("router");
  cluster.launch("router");
  REQUIRE(decides_more(load, 400));
  REQUIRE(
      lives_until(load, [&] { return held(cluster, "worker:a") == 2 && held(cluster, "worker:b") == 2; }));
  CHECK(eventually([&] { return epochs_now() == before; }));  // they only grow
  check_nothing_lost(cluster, load);
}

/// Sends a command that ends its worker, or makes it hang, starts workers again as they end, and checks that
/// it is isolated in the end and that everything else goes on.
void check_isolated(const std::string& id, const std::string& limits) {
  FlorinCluster cluster(FLORIN_BINARY, {.shards = 1, .limits = limits}, Workers{":a"});
  cluster.play_workers(std::string(FLORIN_PLANTED_DIR) + "/florin_dies_on_command");
  cluster.start();
  zmq::context_t context(1);
  SubmitClient sender(context, cluster.front());
  const std::vector<std::string> commands{packed(deposit("before", "100", 1)), packed(deposit(id, "100", 5)),
                                          packed(deposit("after", "100", 1))};
  (void)sender.submit_packed(commands);
  std::vector<Answer> answers;
  REQUIRE(eventually(
      [&] {
        if (!cluster.process("worker:a").is_running()) {
          cluster.launch("worker:a");
        }
        for (const AddressedAnswer& answer : sender.receive_answers(20)) {
          answers.push_back(answer.answer);
        }
        return answers.size() == commands.size();
      },
      2 * kPatience));
  std::multiset<Code> codes;
  for (const Answer& answer : answers) {
    codes.insert(answer.code);
    CHECK((answer.code == Code::none) == (answer.resolution == Resolution::success));
  }
  CHECK(codes == std::multiset<Code>{Code::none, Code::none, Code::isolated});
  TestClient client(cluster.front());
  const Answer again = client.ask(deposit(id, "100", 5));
  CHECK(again.resolution == Resolution::error);
  CHECK(again.duplicate);
  CHECK(cluster.node().cli_json({"balance", "100"})["balance_minor"] == 100'002);
  CHECK(eventually([&] { return router_of(cluster)["shards"][0]["isolated"] == 1; }));
  CHECK(eventually([&] { return cluster.node().cli_json({"status"})["dead_letters"]["failed"] == 1; }));
  const ProgramResult verified = cluster.node().cli({"verify"});
  INFO(verified.out << verified.err);
  CHECK(verified.exit_code == 0);
  CHECK(cluster.stop_all());
}

TEST_CASE("A command that ends its worker again and again is isolated, and nothing else is") {
  check_isolated("poison", kPatient);
}

TEST_CASE("A command that makes its worker hang again and again is isolated, and nothing else is", "[long]") {
  check_isolated("tar", "commit_hang_timeout_ms = 2000\n");
}

}  // namespace
}  // namespace florin::test
