// `florin submit`: every kind, every refusal, and the exit codes.

#include "tests/support/catch.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {
namespace {

TEST_CASE("Every kind of transaction can be submitted by hand") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto submit = [&](Arguments words) {
    words.insert(words.begin(), "submit");
    return node.cli_json(words);
  };
  CHECK(submit({"open", "200", "JPY"})["after"]["exponent"] == 0);
  CHECK(submit({"deposit", "200", "1300", "JPY"})["after"]["balance"] == "1300 JPY");
  CHECK(submit({"deposit", "100", "12.50", "EUR", "--reference",
                "salary 11/2026"})["after"]["balance_minor"] == 101250);
  CHECK(submit({"withdraw", "100", "--minor", "1250", "EUR"})["after"]["balance"] == "1000.00 EUR");
  CHECK(submit({"payment", "100", "3.90 EUR", "--merchant", "Cafe Florin"})["after"]["balance_minor"] ==
        99610);
  const auto overdrawn = submit({"payment", "102", "80.00", "EUR", "--mode", "advise"});
  CHECK(overdrawn["overdrawn"] == true);
  CHECK(overdrawn["after"]["balance"] == "-80.00 EUR");
  CHECK(submit({"freeze", "100", "debits"})["after"]["freeze"] == "debits");
  CHECK(submit({"set_limits", "100", "--credit", "50.00", "EUR"})["after"]["credit_limit_minor"] == 5000);
  CHECK(submit({"unfreeze", "100"})["after"]["freeze"] == "none");
  CHECK(submit({"open", "201", "EUR", "--credit", "5.00 EUR"})["after"]["available_minor"] == 500);
  CHECK(submit({"close", "201"})["after"]["status"] == "closed");
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("Every business refusal reaches the command line with its reason and exit code 4") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto reason = [&](Arguments words) {
    words.insert(words.begin(), "submit");
    const auto answer = node.cli_json(words, 4);
    CHECK(answer["resolution"] == "rejected");
    return answer["reason"].get<std::string>();
  };
  const auto accept = [&](Arguments words) {
    words.insert(words.begin(), "submit");
    REQUIRE(node.cli(words).exit_code == 0);
  };
  CHECK(reason({"deposit", "999", "1.00", "EUR"}) == "wallet_not_found");
  CHECK(reason({"open", "100", "EUR"}) == "wallet_exists");
  CHECK(reason({"deposit", "100", "1.00", "USD"}) == "currency_mismatch");
  CHECK(reason({"withdraw", "102", "0.01", "EUR"}) == "insufficient_funds");
  CHECK(reason({"deposit", "101", "90071992547409.91", "EUR"}) == "balance_limit");
  CHECK(reason({"close", "101"}) == "balance_not_zero");
  accept({"freeze", "100", "debits"});
  CHECK(reason({"payment", "100", "1.00", "EUR"}) == "debits_frozen");
  accept({"freeze", "101", "credits"});
  CHECK(reason({"deposit", "101", "1.00", "EUR"}) == "credits_frozen");
  accept({"close", "102"});
  CHECK(reason({"deposit", "102", "1.00", "EUR"}) == "wallet_closed");
  accept({"deposit", "100", "1.00", "EUR", "--id", "twice"});
  const auto conflict = node.cli_json({"submit", "deposit", "100", "2.00", "EUR", "--id", "twice"}, 4);
  CHECK(conflict["reason"] == "idempotency_conflict");
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("What cannot be a transaction is refused before it is sent with exit code 2") {
  const FlorinNode node(FLORIN_BINARY);
  const auto refused = [&](Arguments words) {
    words.insert(words.begin(), "submit");
    const ProgramResult result = node.cli(words);
    CHECK(result.err.substr(0, 8) == "florin: ");
    CHECK(result.out.empty());
    return result.exit_code;
  };
  CHECK(refused({"deposit", "100", "12", "EUR"}) == 2);
  CHECK(refused({"deposit", "100", "12.5", "EUR"}) == 2);
  CHECK(refused({"deposit", "100", "12.50"}) == 2);
  CHECK(refused({"deposit", "100", "12.50", "eur"}) == 2);
  CHECK(refused({"deposit", "100", "-1.00", "EUR"}) == 2);
  CHECK(refused({"deposit", "a/b", "1.00", "EUR"}) == 2);
  CHECK(refused({"deposit", "100", "1.00", "EUR", "--id", "a b"}) == 2);
  CHECK(refused({"deposit", "100", "1.00", "EUR", "--external", "suspense"}) == 2);
  CHECK(refused({"freeze", "100", "everything"}) == 2);
  CHECK(refused({"lend", "100", "1.00", "EUR"}) == 2);
  CHECK(node.cli({"submit"}).exit_code == 2);
  CHECK(node.cli({"no-such-command"}).exit_code == 2);
  CHECK(node.cli({}).exit_code == 2);
}

TEST_CASE("Nobody there to answer is exit code 1 and names the id to send again") {
  const FlorinNode node(FLORIN_BINARY);
  const ProgramResult result =
      node.cli({"submit", "deposit", "100", "1.00", "EUR", "--id", "mine", "--timeout-ms", "100"});
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("--id mine") != std::string::npos);
  const ProgramResult generated = node.cli({"generate", "3", "--give-up-s", "1"});
  CHECK(generated.exit_code == 1);
  CHECK(generated.err.find("is `florin run` running?") != std::string::npos);
}

TEST_CASE("What only the router can refuse comes back with its code and exit code 4") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const auto answer = node.cli_json({"submit", "deposit", "4111111111111111", "1.00", "EUR"}, 4);
  CHECK(answer["resolution"] == "refused");
  CHECK(answer["reason"] == "card_number_as_id");
  CHECK(answer["code"] == 111);
  CHECK_FALSE(answer.contains("sequence"));
  const auto day =
      node.cli_json({"submit", "deposit", "100", "1.00", "EUR", "--effective-date", "20261331"}, 4);
  CHECK(day["reason"] == "invalid_option");
}

TEST_CASE("The version and the help are exit code 0") {
  const FlorinNode node(FLORIN_BINARY);
  CHECK(node.cli({"--version"}).out.substr(0, 7) == "florin ");
  for (const char* command : {"run", "generate", "submit", "tail", "wallets", "balance", "history",
                              "transaction", "dead-letters", "replay", "verify", "rebuild", "status"}) {
    const ProgramResult help = node.cli({command, "--help"});
    INFO(command);
    CHECK(help.exit_code == 0);
    CHECK(help.out.find("Usage: florin ") != std::string::npos);
  }
}

}  // namespace
}  // namespace florin::test
