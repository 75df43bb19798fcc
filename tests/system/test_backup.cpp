// Backup, restore and reshard as an operator does them.

#include <algorithm>
#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/deposit_load.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;

bool says(const std::string& text, const std::string& what) {
  UNSCOPED_INFO(text);
  return text.find(what) != std::string::npos;
}

/// A node with a history: `deposits` of load, a refusal, and a message that was never well-formed.
void make_history(FlorinNode& node, std::uint64_t deposits) {
  node.start();
  DepositLoad load(node.front());
  REQUIRE(load.run_until([&] { return load.decided() >= deposits; }));
  REQUIRE(load.finish());
  TestClient client(node.front());
  CHECK(client.ask(withdraw("refused", "102", 1)).code == Code::insufficient_funds);
  CHECK(client.ask_packed(std::vector<std::string>{"\x01"}).front().resolution == Resolution::refused);
}

/// The wallets with all that another number of shards leaves as it is.
std::vector<Json> wallets(const FlorinNode& node, const std::string& data_dir) {
  std::vector<Json> lines = node.cli_lines({"--data-dir", data_dir, "wallets"});
  for (Json& line : lines) {
    line.erase("stands_at");
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

void check_verified(const FlorinNode& node, const std::string& data_dir) {
  const ProgramResult result = node.cli({"--data-dir", data_dir, "verify"});
  INFO(result.out << result.err);
  CHECK(result.exit_code == 0);
}

void check_repeats(const FlorinNode& node, const std::string& id, const std::string& wallet) {
  TestClient client(node.front());
  const Answer answer = client.ask(deposit(id, wallet, 1));
  CHECK(answer.duplicate);
  CHECK(answer.resolution == Resolution::success);
}

TEST_CASE("A backup of a node under load is one moment of it and starts as a node of its own") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const std::string backup = node.file("backup").string();
  DepositLoad load(node.front());
  REQUIRE(load.run_until([&] { return load.decided() >= 500; }));
  ChildProcess making(node.command({"--json", "backup", backup}), node.file("out"), node.file("err"));
  REQUIRE(load.run_until([&] { return !making.is_running(); }));
  INFO(making.err());
  REQUIRE(making.wait() == 0);
  CHECK(Json::parse(making.out())["cut"] == "closed");
  REQUIRE(load.finish());
  CHECK(node.cli_json({"backup", "--check", backup})["problems"].empty());

  FlorinNode copy(FLORIN_BINARY);
  const Json restored = copy.cli_json({"restore", backup});
  CHECK(restored["shards"] == 2);
  CHECK(restored["transactions"] == Json::parse(making.out())["transactions"]);
  check_verified(copy, copy.data_dir().string());
  for (const char* wallet : {"100", "101"}) {
    const Json newest = copy.cli_lines({"history", wallet, "--limit", "1"}).front();
    CHECK(copy.cli_json({"balance", wallet})["balance_minor"] == newest["after"]["balance_minor"]);
    CHECK(node.cli_json({"transaction", wallet, newest["id"]}) == newest);
  }
  copy.start();
  check_repeats(copy, "load-1", "101");
  copy.wait_for_consumers();
  check_verified(copy, copy.data_dir().string());
}

TEST_CASE("A consumer of the old lineage has diverged from a restored store and is told what to do") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1});
  make_history(node, 1);
  node.wait_for_consumers();
  REQUIRE(node.stop() == 0);
  const std::string backup = node.file("backup").string();
  REQUIRE(node.cli({"backup", backup}).exit_code == 0);
  FlorinNode copy(FLORIN_BINARY, {.shards = 1});
  REQUIRE(copy.cli({"restore", backup}).exit_code == 0);
  std::filesystem::copy(node.data_dir() / "accounting", copy.data_dir() / "accounting",
                        std::filesystem::copy_options::recursive);
  copy.start();
  CHECK(eventually([&] {
    const Json accounting = copy.cli_json({"status"})["accounting"];
    const std::string told =
        accounting.contains("shards") ? accounting["shards"][0]["diverged"].get<std::string>() : "";
    return told.find("move this consumer's directory away and start") != std::string::npos;
  }));
  copy.kill();
}

TEST_CASE("A backup that is killed leaves nothing that looks like one") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto backup = node.file("backup");
  node.process().send_signal(SIGSTOP);  // it answers nobody, so the backup cannot have come to its end
  ChildProcess making(node.command({"backup", backup.string()}), node.file("out"), node.file("err"));
  const bool began = eventually([&] { return std::filesystem::exists(node.file("backup.partial")); });
  making.send_signal(SIGKILL);
  CHECK(making.wait() == 128 + SIGKILL);
  node.process().send_signal(SIGCONT);
  REQUIRE(began);
  CHECK_FALSE(std::filesystem::exists(backup));
  const ProgramResult again = node.cli({"backup", backup.string()});
  CHECK(again.exit_code == 1);
  CHECK(says(again.err, "backup.partial is there"));
  std::filesystem::remove_all(node.file("backup.partial"));
  CHECK(node.cli({"backup", backup.string()}).exit_code == 0);
}

TEST_CASE("A damaged backup is named and leaves no data directory") {
  FlorinNode node(FLORIN_BINARY);
  make_history(node, 100);
  REQUIRE(node.stop() == 0);
  const std::string backup = node.file("backup").string();
  const Json made = node.cli_json({"backup", backup});
  CHECK(made["refused"] == 1);
  CHECK(node.cli({"backup", backup}).exit_code == 2);
  CHECK(node.cli({"restore", backup}).exit_code == 2);

  const std::string target = node.file("restored").string();
  REQUIRE(node.cli({"--data-dir", target, "restore", backup}).exit_code == 0);
  CHECK(wallets(node, target) == wallets(node, node.data_dir().string()));

  const auto file = node.file("backup") / "shard-001.00001.rows";
  std::string bytes = read_file(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(file, bytes);
  const ProgramResult checked = node.cli({"backup", "--check", backup});
  CHECK(checked.exit_code == 3);
  CHECK(says(checked.out, file.string() + " is damaged"));
  const ProgramResult refused = node.cli({"--data-dir", node.file("other").string(), "restore", backup});
  CHECK(refused.exit_code == 1);
  CHECK(says(refused.err, file.string() + " is damaged"));
  CHECK_FALSE(std::filesystem::exists(node.file("other")));
  CHECK_FALSE(std::filesystem::exists(node.file("other.partial")));
}

TEST_CASE("A store of 4 shards becomes one of 2 and one of 7 with the same books") {
  FlorinNode node(FLORIN_BINARY, {.shards = 4});
  make_history(node, 500);
  const std::string two = node.file("two").string();
  const ProgramResult live = node.cli({"reshard", "--shards", "2", "--to", two});
  CHECK(live.exit_code == 1);
  CHECK(says(live.err, "is in use by florin run"));
  REQUIRE(node.stop() == 0);
  const std::string four = node.data_dir().string();
  const Json first = node.cli_json({"reshard", "--shards", "2", "--to", two});
  CHECK(first["shards"] == 2);
  CHECK(first["refused"] == 1);
  CHECK(node.cli({"reshard", "--shards", "2", "--to", two}).exit_code == 2);
  CHECK(wallets(node, two) == wallets(node, four));
  check_verified(node, two);

  FlorinNode seven(FLORIN_BINARY, {.shards = 7});
  const std::string to = seven.data_dir().string();
  CHECK(node.cli_json({"--data-dir", two, "reshard", "--shards", "7", "--to", to})["transactions"] ==
        first["transactions"]);
  CHECK(wallets(node, to) == wallets(node, four));
  check_verified(node, four);
  seven.start();
  check_repeats(seven, "load-1", "101");
  seven.wait_for_consumers();
  check_verified(seven, to);
}

}  // namespace
}  // namespace florin::test
