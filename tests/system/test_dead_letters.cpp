// Dead letters are listed, redriven, discarded and exported from the command line, on a real node.

#include <algorithm>
#include <future>

#include "tests/support/catch.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;

/// A node with two rejected withdrawals of wallet 102, which is empty, and advice that fits no wallet.
class FailedNode : public FlorinNode {
 public:
  FailedNode() : FlorinNode(FLORIN_BINARY) {
    start();
    REQUIRE(submit({"withdraw", "102", "5.00", "EUR", "--id", "p-1"}) == 4);
    REQUIRE(submit({"withdraw", "102", "7.00", "EUR", "--id", "p-2"}) == 4);
    REQUIRE(submit({"payment", "nobody", "2.00", "EUR", "--mode", "advise", "--id", "u-1"}) == 0);
    wait_for_consumers();
  }

  /// The number of the letter of a transaction.
  [[nodiscard]] std::string letter(const std::string& id) const {
    for (const Json& row : cli_lines({"dead-letters", "list"})) {
      if (row["transaction"]["id"] == id) {
        return std::to_string(row["letter"].get<int>());
      }
    }
    FAIL("there is no letter of " << id);
    return {};
  }
  [[nodiscard]] std::ptrdiff_t times_decided(const std::string& id) const {
    const auto history = cli_lines({"history", "102", "--limit", "100"});
    return std::count_if(history.begin(), history.end(), [&](const Json& row) { return row["id"] == id; });
  }
  void fund() const { REQUIRE(submit({"deposit", "102", "5.00", "EUR", "--id", "in"}) == 0); }

 private:
  /// The exit code, however long it takes.
  [[nodiscard]] int submit(const Arguments& words) const {
    Arguments all{"submit", "--timeout-ms", "50000"};
    all.insert(all.end(), words.begin(), words.end());
    return cli(all).exit_code;
  }
};

TEST_CASE("A rejected letter is redriven with success once its wallet is funded") {
  FailedNode node;
  const std::string letter = node.letter("p-1");

  // Its class must be named, and a dry run changes nothing.
  CHECK(node.cli_json({"dead-letters", "redrive", letter}, 4)["problem"] == "not_redrivable");
  const auto before = node.cli_lines({"dead-letters", "export"});
  const auto plan =
      node.cli_lines({"dead-letters", "redrive", "--class", "rejected", "--wallet", "102", "--dry-run"});
  REQUIRE(plan.size() == 2);
  CHECK(plan[0]["id"] == "p-1~r1");
  CHECK(plan[1]["id"] == "p-2~r1");
  CHECK(node.cli_lines({"dead-letters", "export"}) == before);
  CHECK(node.times_decided("p-1~r1") == 0);

  node.fund();
  const Json done =
      node.cli_json({"dead-letters", "redrive", letter, letter, "--class", "rejected", "--by", "ann"});
  CHECK(done["id"] == "p-1~r1");
  CHECK(done["resolution"] == "success");
  CHECK(node.cli_json({"transaction", "102", "p-1~r1"})["redrive_of"] == "p-1");
  CHECK(node.cli_json({"transaction", "102", "p-1"})["resolution"] == "rejected");
  const Json shown = node.cli_json({"dead-letters", "show", letter});
  CHECK(shown["handling"] == "redriven");
  CHECK(shown["handlings"][1]["by"] == "ann");
  CHECK(shown["handlings"][1]["resolution"] == "success");
  CHECK(node.cli_json({"dead-letters", "redrive", letter, "--class", "rejected"}, 4)["problem"] ==
        "already_handled");
  CHECK(node.times_decided("p-1~r1") == 1);
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("Two operators redrive one letter under one id") {
  FailedNode node;
  node.fund();
  const Arguments command{"dead-letters", "redrive", node.letter("p-1"), "--class", "rejected"};
  auto other = std::async(std::launch::async, [&] { return node.cli(command).exit_code; });
  const int mine = node.cli(command).exit_code;
  const int others = other.get();
  CHECK((mine == 0 || others == 0));  // who comes last may find it handled
  CHECK(node.times_decided("p-1~r1") == 1);
  CHECK(node.times_decided("p-1~r2") == 0);
}

TEST_CASE("A discarded letter is redriven only where that is said, and its filters tell it from others") {
  FailedNode node;
  const std::string letter = node.letter("p-2");
  const std::string unapplied = node.letter("u-1");
  CHECK(node.cli({"dead-letters", "discard", letter}).exit_code == 2);  // a reason is needed
  CHECK(node.cli_json({"dead-letters", "discard", letter, letter, "--reason", "paid by hand"})["handling"] ==
        "discarded");
  CHECK(node.cli_lines({"dead-letters", "list", "--handled"}).size() == 1);
  CHECK(node.cli_lines({"dead-letters", "list", "--unhandled"}).size() == 2);
  CHECK(node.cli_lines({"dead-letters", "list", "--reason", "insufficient_funds"}).size() == 2);
  CHECK(node.cli_lines({"dead-letters", "list", "--cursor", "2"}).size() == 1);
  CHECK(node.cli({"dead-letters", "list", "--reason", "bad_mood"}).exit_code == 2);
  CHECK(node.cli_lines({"dead-letters", "export"}) == node.cli_lines({"dead-letters", "list"}));

  CHECK(node.cli_json({"dead-letters", "redrive", letter, "--class", "rejected"}, 4)["problem"] ==
        "already_handled");
  CHECK(node.cli_json({"dead-letters", "redrive", letter, "--class", "rejected", "--discarded"},
                      4)["resolution"] == "rejected");
  CHECK(node.cli_json({"dead-letters", "redrive", unapplied}, 4)["problem"] == "not_redrivable");
  CHECK(node.cli({"dead-letters", "redrive"}).exit_code == 2);

  const auto sink = [&] { return node.cli_json({"status"})["dead_letters"]; };
  CHECK(sink()["needs_action"] == 1);
  REQUIRE(node.stop() == 0);
  // Nothing runs: the store is handled where it lies, and a redrive has nobody to decide it.
  CHECK(node.cli({"dead-letters", "discard", unapplied, "--reason", "posted by hand"}).exit_code == 0);
  CHECK(node.cli({"dead-letters", "redrive", node.letter("p-1"), "--class", "rejected"}).exit_code == 1);
  node.start();
  node.wait_for_consumers();
  CHECK(sink()["needs_action"] == 0);
  CHECK(sink()["unapplied"] == 1);
  CHECK(sink()["unhandled"]["unapplied"] == 0);
}

}  // namespace
}  // namespace florin::test
