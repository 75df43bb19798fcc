// Each limit of the configuration driven over its edge on a real node: the documented answer, memory that
// does not follow the flood, and a node that is as good as before once it is over. Those that a client meets
// are in test_bounds_of_clients.

#include "client/query_client.hpp"
#include "protocol/statement.hpp"
#include "tests/support/bounded_node.hpp"
#include "tests/support/eventually.hpp"
#include "transport/socket.hpp"

namespace florin::test {
namespace {

TEST_CASE("A full queue answers overloaded, keeps its memory and takes the rest later") {
  BoundedNode node(
      "queue_commands_max = 100\ncommands_per_message_max = 100\nwindow_commands_max = 10\nwork_commands_max "
      "= 10\n");
  {
    RawClient flood(node.front());
    const auto commands = deposits("flood-", 5000);
    send_all(flood, commands, 100);
    const auto answers = receive_all(flood, commands.size(), 100);
    CHECK(count(answers, Code::overloaded) > 0);
    for (const Answer& answer : answers) {
      CHECK((answer.code == Code::overloaded || answer.resolution == Resolution::success));
      CHECK((answer.code != Code::overloaded || answer.retry_after_ms > 0));
    }
    CHECK(
        eventually([&] { return node.status("router")["overloaded"] == count(answers, Code::overloaded); }));
    // Whatever was refused used up nothing.
    TestClient client(node.front());
    CHECK(client.ask_until_decided(commands.back()).resolution == Resolution::success);
  }
  node.check_memory_is_flat();
  node.check_is_whole();
}

TEST_CASE("A message with too many commands is refused whole") {
  BoundedNode node("commands_per_message_max = 10\n");
  TestClient client(node.front());
  CHECK(count(client.ask_all(deposits("fits-", 10)), Code::none) == 10);
  const auto answers = client.ask_all(deposits("over-", 11));
  CHECK(count(answers, Code::batch_too_large) == answers.size());
  CHECK(eventually([&] { return node.status("router")["refused"] >= 1; }));
  node.check_is_whole();
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100'000 + 10 + 1);
}

TEST_CASE("Broken messages are kept up to the quota of their sender and of the node and counted beyond") {
  BoundedNode node("refused_per_peer_max = 5\nrefused_total_max = 8\n");
  const std::string broken = "\x91\x63";
  const auto send_broken = [&](int times) {
    TestClient client(node.front());
    for (int i = 0; i < times; ++i) {
      CHECK(client.ask_packed({&broken, 1}).front().resolution == Resolution::refused);
    }
  };
  send_broken(20);
  send_broken(20);
  REQUIRE(eventually([&] { return node.status("router")["refused_not_kept"] == 40 - 8; }));
  REQUIRE(eventually([&] { return node.status("dead_letters")["malformed"] == 8; }));
  CHECK(node.status("dead_letters")["needs_action"] == 8);
  node.check_memory_is_flat();
  node.check_is_whole();
}

TEST_CASE("A page has a thousand rows however many are asked for") {
  BoundedNode node("");
  {
    TestClient client(node.front());
    (void)client.ask_all(deposits("row-", 1500));
  }
  REQUIRE(eventually([&] { return node.status("accounting")["shards"][0]["behind_records"] == 0; }));
  QueryClient client(5000);
  Writer parameters;
  parameters.array(3).text("100").uint(0).uint(1'000'000);
  const auto payload =
      client.ask(node.config().endpoints.accounting_query, QueryKind::statement, parameters.view());
  REQUIRE(payload.has_value());
  Reader reader(*payload);
  reader.array_of(3, "statement");
  CHECK(decode_account(reader).completed == 1501);
  CHECK(reader.array("lines") == 1000);
  node.check_is_whole();
}

TEST_CASE("A subscriber that never reads costs no more than what may wait for it") {
  BoundedNode node("events_waiting_max = 16\n");
  zmq::context_t context(1);
  zmq::socket_t subscriber = make_socket(context, zmq::socket_type::sub, {16, -1});
  subscriber.set(zmq::sockopt::subscribe, "");
  subscriber.connect(Endpoints::of_shard(node.config().endpoints.shard_events, ShardIndex(0)));
  // Under a sanitizer, beside others, so many would take minutes.
  const char* const transactions = kIsSanitized ? "20000" : "60000";
  CHECK(node.cli({"generate", transactions, "--seed", "3", "--batch", "500", "--in-flight", "5000", "--quiet",
                  "--wallets", "100-102"})
            .exit_code == 0);
  node.check_memory_is_flat();
  REQUIRE(eventually([&] { return node.status("accounting")["shards"][0]["behind_records"] == 0; }));
  node.check_is_whole();
}

TEST_CASE("Consumers that start from nothing fetch a journal in chunks of the configured size") {
  BoundedNode node("fetch_bytes_max = 4096\n");
  CHECK(node.cli({"generate", "3000", "--seed", "4", "--quiet", "--wallets", "100-102"}).exit_code == 0);
  REQUIRE(node.stop() == 0);
  std::filesystem::remove_all(node.data_dir() / "accounting");
  std::filesystem::remove_all(node.data_dir() / "dead-letters");
  node.start();
  REQUIRE(eventually([&] { return node.status("accounting")["shards"][0]["behind_records"] == 0; }));
  node.check_is_whole();
}

TEST_CASE("A statement is shown as it is, live and stopped") {
  BoundedNode node("");
  {
    TestClient client(node.front());
    Command paid = payment("pay-1", "100", 250);
    paid.reference = Reference("invoice 7");
    client.ask(paid);
    client.ask(withdraw("too-much", "100", 10'000'000));
  }
  REQUIRE(eventually([&] { return node.cli({"statement", "100"}).exit_code == 0; }));
  REQUIRE(eventually([&] { return node.cli_lines({"statement", "100"}).size() == 2; }));
  const auto live = node.cli_lines({"statement", "100"});
  CHECK(live[0]["id"] == "pay-1");
  CHECK(live[0]["reference"] == "invoice 7");
  CHECK(live[0]["direction"] == "debit");
  CHECK(live[0]["balance_minor"] == 100'000 - 250);
  CHECK(live[1]["id"] == "bootstrap:fund");
  CHECK(node.cli({"statement", "nobody"}).exit_code == 4);
  CHECK(node.cli({"statement", "not a wallet"}).exit_code == 2);
  const auto totals = node.cli_lines({"totals"});
  CHECK(totals.size() == 2);
  REQUIRE(node.stop() == 0);
  CHECK(node.cli_lines({"statement", "100"}) == live);
  CHECK(node.cli_lines({"totals"}) == totals);
}

}  // namespace
}  // namespace florin::test
