// `florin bench` against real nodes.

#include "tests/support/catch.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;

void check_consistent(const Json& report) {
  INFO(report.dump());
  CHECK(report["sent"] > 0);
  CHECK(report["answered"] == report["sent"]);
  CHECK(report["success"].get<int>() + report["rejected"].get<int>() == report["sent"]);
  CHECK(report["refused"] == 0);
  CHECK(report["answered_in_window"] <= report["answered"]);
  CHECK(report["rate"] > 0);
  const Json& latency = report["latency_us"];
  CHECK(latency["p50"] > 0);
  CHECK(latency["p50"] <= latency["p90"]);
  CHECK(latency["p90"] <= latency["p99"]);
  CHECK(latency["p99"] <= latency["p99_9"]);
  CHECK(latency["p99_9"] <= latency["max"]);
  int refused = 0;
  for (const auto& count : report["refusals"]) {
    refused += count.get<int>();
  }
  CHECK(refused == report["rejected"]);
  CHECK(report["audit"]["passed"] == true);
  CHECK(report["audit"]["entries"] == report["sent"]);
  CHECK(report["audit"]["differences"] == 0);
  CHECK(report["audit"]["discrepancies"] == 0);
  CHECK(report["conditions"]["shards"] == 2);
  CHECK(report["conditions"]["shard_processes"] == 1);
}

TEST_CASE("A benchmark in closed loop accounts for all it sent") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const Arguments closed{"bench", "--in-flight", "20",       "--batch",     "10", "--wallets",
                         "50",    "--seconds",   "1",        "--warm-up-s", "0",  "--seed",
                         "7",     "--mix",       "10,80,10", "--give-up-s", "60"};
  const Json report = node.cli_json(closed);
  check_consistent(report);
  CHECK(report["rejected"] > 0);  // eight of ten take money away
  CHECK(report["conditions"]["mode"] == "closed loop");
  CHECK(report["sent"].get<int>() % 10 == 0);
  CHECK_FALSE(report.contains("schedule"));
  if (!report["written_bytes_per_transaction"].is_null()) {
    CHECK(report["written_bytes_per_transaction"] > 0);
  }
  CHECK(report["audit"]["verified_transactions"] >= report["sent"]);
}

TEST_CASE("A benchmark in open loop keeps a schedule that can be kept") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const Json report = node.cli_json({"bench", "--rate", "100", "--batch", "2", "--wallets", "50", "--seconds",
                                     "2", "--warm-up-s", "1", "--ids", "ordered"});
  check_consistent(report);
  CHECK(report["counts"] == true);
  CHECK(report["objection"] == "");
  CHECK(report["sent"] == 300);
  CHECK(report["schedule"]["kept"] == true);
  CHECK(report["schedule"]["due"] == 200);
  CHECK(report["latency_us"]["count"] == 200);
  CHECK(report["schedule"]["lag_us"]["count"] == 100);
}

TEST_CASE("A benchmark whose rate is too high says so and fails with everything answered") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const Arguments rate{"bench", "--rate",      "50000000", "--wallets", "50",          "--seconds",
                       "1",     "--warm-up-s", "0",        "--json",    "--give-up-s", "60"};
  const ProgramResult result = node.cli(rate);
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("the schedule could not be kept: ") != std::string::npos);
  const Json report = Json::parse(result.out);
  check_consistent(report);
  CHECK(report["counts"] == false);
  CHECK(report["schedule"]["kept"] == false);
}

TEST_CASE("A benchmark without its audit says that there was none") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const Arguments brief{"bench",     "--in-flight", "4",           "--wallets", "5",
                        "--seconds", "1",           "--warm-up-s", "0",         "--no-audit"};
  CHECK(node.cli_json(brief)["audit"].is_null());
  const ProgramResult shown = node.cli(brief);
  CHECK(shown.exit_code == 0);
  CHECK(shown.out.find("closed loop, 4 in flight") != std::string::npos);
  CHECK(shown.out.find("audit: none, as asked") != std::string::npos);
}

TEST_CASE("A benchmark needs a running node and options that fit together") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  CHECK(node.cli({"bench", "--in-flight", "4", "--batch", "5"}).exit_code == 2);
  CHECK(node.cli({"bench", "--in-flight", "4", "--rate", "5"}).exit_code == 2);
  CHECK(node.cli({"bench", "--mix", "0,0,0"}).exit_code == 2);
  CHECK(node.cli({"bench", "--ids", "sorted"}).exit_code == 2);
  REQUIRE(node.stop() == 0);
  const ProgramResult stopped = node.cli({"bench", "--seconds", "1"});
  CHECK(stopped.exit_code == 1);
  CHECK(stopped.err.find("start `florin run` first") != std::string::npos);
}

TEST_CASE("What the machine can do is measured without a node") {
  const FlorinNode node(FLORIN_BINARY);
  const Json machine = node.cli_json({"bench", "--machine", node.file("machine").string(), "--seconds", "1"});
  CHECK(machine["lmdb_commits_per_second"] > 0);
  CHECK(machine["zeromq_messages_per_second"] > machine["zeromq_round_trips_per_second"]);
  CHECK(machine["machine"]["cores"] > 0);
}

}  // namespace
}  // namespace florin::test
