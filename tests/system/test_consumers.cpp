// Accounting and the dead-letter sink: what is decided arrives there, once, also what was decided while they
// could not look.

#include "client/query_client.hpp"
#include "protocol/account.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

std::map<std::string, Account> accounts(const FlorinNode& node) {
  QueryClient client(5000);
  Writer parameters;
  parameters.array(2).nil().uint(1000);
  const auto payload =
      client.ask(node.config().endpoints.accounting_query, QueryKind::accounts, parameters.view());
  std::map<std::string, Account> found;
  if (payload) {
    Reader reader(*payload);
    reader.array_of(2, "page");
    const std::uint32_t count = reader.array("accounts");
    for (std::uint32_t i = 0; i < count; ++i) {
      const Account account = decode_account(reader);
      found[std::string(account.wallet.view())] = account;
    }
  }
  return found;
}

TEST_CASE("Accounting shows what was credited and debited") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  TestClient client(node.front());
  client.ask(deposit("d", "100", 70));
  client.ask(withdraw("w", "100", 30));
  client.ask(withdraw("refused", "102", 1));
  REQUIRE(eventually([&] { return accounts(node)["100"].version == WalletVersion(4); }));
  const Account account = accounts(node)["100"];
  CHECK(account.balance == MinorUnits(100040));
  CHECK(account.credited == 100070);
  CHECK(account.debited == 30);
  CHECK(account.completed == 3);
  REQUIRE(eventually([&] { return accounts(node)["102"].version == WalletVersion(2); }));
  CHECK(accounts(node)["102"].completed == 0);
}

TEST_CASE("Failures arrive as dead letters of their class") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  TestClient client(node.front());
  client.ask(withdraw("poor", "102", 1));
  client.ask(advice(deposit("lost", "no-such-wallet", 1)));
  const std::string broken = "\x91\x63";
  client.ask_packed({&broken, 1});
  node.wait_for_consumers();
  REQUIRE(node.cli_lines({"dead-letters", "list"}).size() == 3);
  const auto of_class = [&](const std::string& name) {
    return node.cli_json({"dead-letters", "list", "--class", name});
  };
  CHECK(of_class("rejected")["transaction"]["id"] == "poor");
  CHECK(of_class("unapplied")["transaction"]["id"] == "lost");
  CHECK(of_class("malformed")["bytes_hex"] == "9163");
  CHECK(node.cli_lines({"dead-letters", "list", "--needs-action"}).size() == 2);
  CHECK(node.cli_json({"verify"})["dead_letters"] == 3);
}

TEST_CASE("Consumers wait for company as long as they are told to, and show only what is durable") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1, .limits = "consumer_flush_ms = 60000"});
  node.start();
  const auto lines = [&] { return node.cli_json({"verify", "--settle-ms", "0"})["statement_lines"]; };
  TestClient(node.front()).ask(deposit("d", "100", 5));
  CHECK(lines() == 0);
  REQUIRE(node.stop() == 0);  // at the end nothing may wait
  CHECK(lines() == 3);
}

TEST_CASE("Consumers whose stores were lost derive everything anew") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  {
    TestClient client(node.front());
    client.ask(withdraw("poor", "102", 1));
    const std::string broken = "\x91\x63";
    client.ask_packed({&broken, 1});
  }
  REQUIRE(node.stop() == 0);
  std::filesystem::remove_all(node.data_dir() / "accounting");
  std::filesystem::remove_all(node.data_dir() / "dead-letters");
  node.start();
  node.wait_for_consumers();
  CHECK(node.cli_lines({"dead-letters", "list"}).size() == 2);
  const auto report = node.cli_json({"verify"});
  CHECK(report["accounts"] == 3);
  CHECK(report["dead_letters"] == 2);
}

}  // namespace
}  // namespace florin::test
