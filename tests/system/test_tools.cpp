// The tools that look at a store, on a running node and on a stopped one.

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;

/// A node with a little history; stopped again where the test wants a stopped store.
class SeenNode : public FlorinNode {
 public:
  explicit SeenNode(bool live) : FlorinNode(FLORIN_BINARY) {
    start();
    REQUIRE(cli({"submit", "deposit", "100", "1.00", "EUR", "--id", "a"}).exit_code == 0);
    REQUIRE(cli({"submit", "withdraw", "100", "5000.00", "EUR", "--id", "b"}).exit_code == 4);
    REQUIRE(cli({"submit", "payment", "100", "2.00", "EUR", "--id", "c", "--merchant", "Kiosk"}).exit_code ==
            0);
    wait_for_consumers();
    if (!live) {
      REQUIRE(stop() == 0);
    }
  }

  /// The sequence of a transaction of wallet 100.
  [[nodiscard]] std::uint64_t sequence(const std::string& id) const {
    return cli_json({"transaction", "100", id})["sequence"];
  }
  [[nodiscard]] std::string shard() const {
    return std::to_string(cli_json({"transaction", "100", "a"})["shard"].get<int>());
  }
};

TEST_CASE("Wallets, balances and histories are shown live and stopped") {
  const SeenNode node(GENERATE(true, false));
  CHECK(node.cli_lines({"wallets"}).size() == 3);
  const Json balance = node.cli_json({"balance", "100"});
  CHECK(balance["balance_minor"] == 99900);
  CHECK(balance["version"] == 5);
  CHECK(node.cli({"balance", "100"}).out == "wallet 100: balance 999.00 EUR, available 999.00 EUR, open\n");
  const auto history = node.cli_lines({"history", "100"});
  REQUIRE(history.size() == 5);
  CHECK(history[0]["id"] == "c");
  CHECK(history[1]["id"] == "b");
  CHECK(history[1]["reason"] == "insufficient_funds");
  CHECK(history[4]["id"] == "bootstrap:open");
  CHECK(node.cli_lines({"history", "100", "--limit", "2"}).size() == 2);
  CHECK(node.cli({"history", "100", "--limit", "2"}).out.find("... and more: --limit 20") !=
        std::string::npos);
}

TEST_CASE("One transaction is shown with all its times live and stopped") {
  const SeenNode node(GENERATE(true, false));
  const Json shown = node.cli_json({"transaction", "100", "c"});
  CHECK(shown["kind"] == "payment");
  CHECK(shown["merchant"] == "Kiosk");
  CHECK(shown["state"] == "completed");
  CHECK(shown["resolution"] == "success");
  CHECK(shown["after"]["balance_minor"] == 99900);
  CHECK(shown["requested_at"] <= shown["queued_at"]);
  CHECK(shown["queued_at"] <= shown["authorized_at"]);
  CHECK(shown["authorized_at"] <= shown["completed_at"]);
}

TEST_CASE("What does not exist is exit code 4 live and stopped") {
  const SeenNode node(GENERATE(true, false));
  CHECK(node.cli({"balance", "999"}).exit_code == 4);
  CHECK(node.cli({"history", "999"}).exit_code == 4);
  CHECK(node.cli({"transaction", "100", "z"}).exit_code == 4);
  CHECK(node.cli({"dead-letters", "show", "99"}).exit_code == 4);
  CHECK(node.cli({"replay", "balance", "999", "--at-sequence", "1"}).exit_code == 4);
  CHECK(node.cli({"replay", "balance", "100", "--at-time", "2001-01-01T00:00:00Z"}).exit_code == 4);
  CHECK(node.cli({"balance", "a b"}).exit_code == 2);
  CHECK(node.cli({"replay", "balance", "100", "--at-time", "yesterday"}).exit_code == 2);
  CHECK(node.cli({"replay", "balance", "100"}).exit_code == 2);
  CHECK(node.cli({"replay", "events", "--shard", "7"}).exit_code == 2);
}

TEST_CASE("A balance as of a sequence or a time is what it was then") {
  const SeenNode node(GENERATE(true, false));
  const auto balance_at = [&](const std::string& option, const std::string& moment) {
    return node.cli_json({"replay", "balance", "100", option, moment})["balance_minor"].get<int>();
  };
  const std::uint64_t before_c = node.sequence("c") - 1;
  CHECK(balance_at("--at-sequence", std::to_string(before_c)) == 100100);
  CHECK(balance_at("--at-sequence", std::to_string(node.sequence("a"))) == 100100);
  CHECK(balance_at("--at-sequence", std::to_string(node.sequence("bootstrap:fund"))) == 100000);
  CHECK(balance_at("--at-sequence", "1000000") == 99900);
  const auto decided = [&](const std::string& id) {
    return node.cli_json({"transaction", "100", id})["authorized_at"].get<std::string>();
  };
  CHECK(balance_at("--at-time", decided("bootstrap:fund")) == 100000);
  CHECK(balance_at("--at-time", decided("a")) == 100100);
  CHECK(balance_at("--at-time", "2100-01-01T00:00:00Z") == 99900);
}

TEST_CASE("Events are printed from a sequence on and up to a limit") {
  const SeenNode node(GENERATE(true, false));
  const auto all = node.cli_lines({"replay", "events", "--shard", node.shard()});
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK(all[i]["sequence"] == i + 1);
  }
  const auto some =
      node.cli_lines({"replay", "events", "--shard", node.shard(), "--from", "2", "--limit", "2"});
  REQUIRE(some.size() == 2);
  CHECK(some[0] == all[1]);
  CHECK(some[1] == all[2]);
  CHECK(node.cli_lines({"replay", "events", "--shard", node.shard(), "--from", "1000"}).empty());
}

TEST_CASE("Replaying into a fresh directory gives the same wallets and clean books") {
  const SeenNode node(GENERATE(true, false));
  const std::string target = node.file("again").string();
  const Json done = node.cli_json({"replay", "into", target});
  CHECK(done["shards"] == 2);
  CHECK(done["transactions"] == 8);
  CHECK(node.cli({"--json", "--data-dir", target, "wallets"}).out == node.cli({"--json", "wallets"}).out);
  const ProgramResult verified = node.cli({"--data-dir", target, "verify"});
  CHECK(verified.exit_code == 0);
  const ProgramResult again = node.cli({"replay", "into", target});
  CHECK(again.exit_code == 2);
  CHECK(again.err.find("is not empty") != std::string::npos);
}

TEST_CASE("Verify counts what it compared live and stopped") {
  const SeenNode node(GENERATE(true, false));
  const Json report = node.cli_json({"verify"});
  CHECK(report["transactions"] == 8);
  CHECK(report["discrepancies"] == 0);
  CHECK(report["wallets"] == 3);
  CHECK(report["accounts"] == 3);
  CHECK(report["dead_letters"] == 1);
  CHECK(report["notes"].empty());
  CHECK(report["totals"]["EUR"]["wallets"] == "1499.00 EUR");
  CHECK(node.cli({"verify"}).out.find("8 transactions reconciled, 0 discrepancies") != std::string::npos);
}

TEST_CASE("Dead letters are listed, filtered and shown live and stopped") {
  const SeenNode node(GENERATE(true, false));
  const auto letters = node.cli_lines({"dead-letters", "list"});
  REQUIRE(letters.size() == 1);
  CHECK(letters[0]["class"] == "rejected");
  CHECK(letters[0]["reason"] == "insufficient_funds");
  CHECK(letters[0]["transaction"]["id"] == "b");
  CHECK(node.cli_lines({"dead-letters", "list", "--needs-action"}).empty());
  CHECK(node.cli_lines({"dead-letters", "list", "--wallet", "101"}).empty());
  CHECK(node.cli_lines({"dead-letters", "list", "--wallet", "100"}).size() == 1);
  CHECK(node.cli_lines({"dead-letters", "list", "--class", "malformed"}).empty());
  CHECK(node.cli_json({"dead-letters", "show", "1"}) == letters[0]);
}

TEST_CASE("Status shows every part live and says stopped when it is") {
  const bool live = GENERATE(true, false);
  const SeenNode node(live);
  const Json status = node.cli_json({"status"});
  REQUIRE(status["shards"].size() == 2);
  for (const Json& shard : status["shards"]) {
    CHECK(shard["phase"] == (live ? "serving" : "stopped"));
  }
  CHECK(status["router"].contains("incarnation") == live);
  CHECK(node.cli({"status"}).exit_code == 0);
  if (live) {
    // What is told of the router is written down every now and then, not at every message.
    CHECK(eventually([&] { return node.cli_json({"status"})["router"]["received"] == 8; }));
    CHECK(status["dead_letters"].contains("rejected"));
  }
}

TEST_CASE("Rebuild makes the derived tables again and leaves a clean store") {
  SeenNode node(false);
  const std::string before = node.cli({"--json", "wallets"}).out;
  const Json done = node.cli_json({"rebuild"});
  CHECK(done["transactions"] == 8);
  CHECK(node.cli({"--json", "wallets"}).out == before);
  CHECK(node.cli({"verify"}).exit_code == 0);
  node.start();
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("Rebuild of a running store is refused and names the holder") {
  const SeenNode node(true);
  const ProgramResult result = node.cli({"rebuild"});
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("is in use by florin run") != std::string::npos);
}

TEST_CASE("A directory without a store is told to every tool with exit code 1") {
  const FlorinNode node(FLORIN_BINARY);
  for (const Arguments& tool : {Arguments{"wallets"}, Arguments{"balance", "100"}, Arguments{"verify"},
                                Arguments{"status"}, Arguments{"rebuild"}, Arguments{"tail"}}) {
    INFO(tool.front());
    const ProgramResult result = node.cli(tool);
    CHECK(result.exit_code == 1);
    CHECK(result.err.find("there is no store in") != std::string::npos);
  }
}

}  // namespace
}  // namespace florin::test
