// Faults of the disk under load: the shard says why it stands still, nothing acknowledged is lost, and it
// goes on by itself when the fault is gone.

#include <sys/resource.h>

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/deposit_load.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;

Json shard_status(const FlorinNode& node) {
  return node.cli_json({"status"})["shards"][0];
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Why the shard stands still; empty where it serves. It tries again by itself, so a second look may find
/// another state than the first.
std::string standstill(const FlorinNode& node) {
  const Json shard = shard_status(node);
  return shard["phase"] == "serving" ? std::string() : shard["reason"].get<std::string>();
}

/// Whether the shard says that it stands still because of `why`.
bool stands_still(const FlorinNode& node, const std::string& why) {
  return holds(standstill(node), why);
}

/// The books are clean and each deposit is in them once, where its answer says.
void check_nothing_lost(FlorinNode& node, const DepositLoad& load) {
  CHECK(load.decided() == load.sent());
  CHECK(node.cli({"verify"}).exit_code == 0);
  const auto balance = [&](const char* wallet) {
    return node.cli_json({"balance", wallet})["balance_minor"].get<std::uint64_t>();
  };
  CHECK(balance("100") + balance("101") == 150'000 + load.sent());
  for (const std::uint64_t tag : {std::uint64_t{1}, load.sent() / 2, load.sent()}) {
    const Json shown =
        node.cli_json({"transaction", tag % 2 == 0 ? "100" : "101", "load-" + std::to_string(tag)});
    CHECK(shown["sequence"] == load.answers().at(tag).sequence.value());
  }
  // The status is written down every now and then, the last answer may be younger.
  CHECK(eventually([&] {
    const Json shard = shard_status(node);
    return shard["phase"] == "serving" && shard["reason"].get<std::string>().empty();
  }));
  CHECK(node.stop() == 0);
  CHECK(node.cli({"verify"}).exit_code == 0);
}

/// No file of the process may become larger than this.
void limit_files(const FlorinNode& node, pid_t pid, std::uintmax_t room) {
  std::uintmax_t largest = 0;
  for (const char* part : {"router", "shard-000", "accounting", "dead-letters"}) {
    largest = std::max(largest, std::filesystem::file_size(node.data_dir() / part / "data.mdb"));
  }
  const rlimit limit{largest + room, RLIM_INFINITY};
  REQUIRE(::prlimit(pid, RLIMIT_FSIZE, &limit, nullptr) == 0);
}

void lift_limit(pid_t pid) {
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  REQUIRE(::prlimit(pid, RLIMIT_FSIZE, &unlimited, nullptr) == 0);
}

TEST_CASE("A full disk stops a shard that says why and goes on when there is room") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1});
  node.start();
  const pid_t pid = node.process().pid();
  DepositLoad load(node.front());
  REQUIRE(load.run_until([&] { return load.answers().contains(1); }));
  limit_files(node, pid, 100'000);
  std::string why;
  // Of a write that is cut off in the middle LMDB says "Input/output error", of the next "File too large".
  REQUIRE(load.run_until([&] {
    why = standstill(node);
    return holds(why, "mdb_txn_commit: ");
  }));
  CHECK(holds(why, "MiB are free"));
  const std::uint64_t decided = load.decided();
  CHECK(node.process().is_running());
  // New commands are put off, unless there still is room for so little; what was decided before is still
  // told, and what is broken is still answered.
  TestClient client(node.front());
  const Answer fresh = client.ask(deposit("while-full", "102", 1));
  CHECK((fresh.code == Code::overloaded || fresh.resolution == Resolution::success));
  CHECK(client.ask(deposit("load-1", "101", 1)).duplicate);
  RawClient bad(node.front());
  bad.send_frame("\xc1");
  CHECK(bad.receive().size() == 1);
  lift_limit(pid);
  REQUIRE(load.run_until([&] { return load.decided() > decided + 200; }));
  REQUIRE(load.finish());
  REQUIRE(node.process().is_running());
  check_nothing_lost(node, load);
}

TEST_CASE("A disk that is full for every part of the node stops none of them for good") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1});
  node.start();
  const pid_t pid = node.process().pid();
  DepositLoad load(node.front());
  // No file may grow at all, and what is inside the files is written again only as far as LMDB finds room
  // there.
  const rlimit nothing{1, RLIM_INFINITY};
  for (int round = 0; round < 3; ++round) {
    REQUIRE(::prlimit(pid, RLIMIT_FSIZE, &nothing, nullptr) == 0);
    REQUIRE(load.run_until([&] { return stands_still(node, "File too large"); }));
    RawClient bad(node.front());
    bad.send_frame("\xc1");
    CHECK(bad.receive().size() == 1);
    lift_limit(pid);
    const std::uint64_t decided = load.decided();
    REQUIRE(load.run_until([&] { return load.decided() > decided + 100; }));
  }
  REQUIRE(load.finish());
  REQUIRE(node.process().is_running());
  check_nothing_lost(node, load);
}

/// Lets a part of every commit fail for a while under load.
void check_survives(const char* trigger_variable) {
  FlorinNode node(FLORIN_BINARY, {.shards = 1});
  const auto trigger = node.file("fail");
  node.start(FLORIN_PLANTED_DIR "/florin_failing_disk", {{trigger_variable, trigger.string()}});
  DepositLoad load(node.front());
  REQUIRE(load.run_until([&] { return load.decided() > 100; }));
  const std::uint64_t epoch = shard_status(node)["epoch"];
  for (int round = 1; round <= 3; ++round) {
    write_file(trigger, "");
    REQUIRE(load.run_until([&] { return stands_still(node, "Input/output error"); }));
    std::filesystem::remove(trigger);
    const std::uint64_t decided = load.decided();
    REQUIRE(load.run_until([&] { return load.decided() > decided + 100; }));
    REQUIRE(
        eventually([&] { return shard_status(node)["epoch"] >= epoch + static_cast<std::uint64_t>(round); }));
  }
  REQUIRE(load.finish());
  REQUIRE(node.process().is_running());
  check_nothing_lost(node, load);
}

TEST_CASE("A sync that fails makes the shard open its store again under a higher epoch") {
  check_survives("FLORIN_FAILING_SYNC");
}

TEST_CASE("A meta page that cannot be written makes the shard open its store again under a higher epoch") {
  check_survives("FLORIN_FAILING_META");
}

/// Letters of the refused log keep coming while the store of the sink fails: each of them is an occasion to
/// try the store too early.
TEST_CASE(
    "A dead-letter sink whose meta page could not be written opens its store again and takes everything") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1});
  const auto trigger = node.file("fail");
  node.start(FLORIN_PLANTED_DIR "/florin_failing_disk",
             {{"FLORIN_FAILING_META", trigger.string()}, {"FLORIN_FAILING_STORE", "/dead-letters/"}});
  TestClient client(node.front());
  const std::string broken = "\x91\x63";
  std::size_t failures = 0;
  const auto fail_both_ways = [&] {
    CHECK(client.ask(withdraw("poor-" + std::to_string(failures), "102", 1)).resolution ==
          Resolution::rejected);
    client.ask_packed({&broken, 1});
    failures += 2;
  };
  write_file(trigger, "");
  REQUIRE(eventually([&] {
    fail_both_ways();
    return holds(node.process().err(), R"("who":"dead-letter","event":"fault")");
  }));
  for (int i = 0; i < 20; ++i) {
    fail_both_ways();
  }
  std::filesystem::remove(trigger);
  CHECK(eventually([&] {  // until it is open again its door says why not
    const ProgramResult listed = node.cli({"dead-letters", "list", "--json", "--limit", "100000"});
    return listed.exit_code == 0 &&
           static_cast<std::size_t>(std::count(listed.out.begin(), listed.out.end(), '\n')) == failures;
  }));
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("A node that is killed while its disk fails comes back clean") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1});
  const auto trigger = node.file("fail");
  const char* variable = GENERATE("FLORIN_FAILING_SYNC", "FLORIN_FAILING_META");
  INFO(variable);
  node.start(FLORIN_PLANTED_DIR "/florin_failing_disk", {{variable, trigger.string()}});
  DepositLoad load(node.front());
  REQUIRE(load.run_until([&] { return load.decided() > 100; }));
  write_file(trigger, "");
  REQUIRE(load.run_until([&] { return stands_still(node, "Input/output error"); }));
  node.kill();
  node.start();
  REQUIRE(load.finish());
  check_nothing_lost(node, load);
}

}  // namespace
}  // namespace florin::test
