// The HTTP gateway of a real node, over real sockets.

#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/http_client.hpp"

namespace florin::test {
namespace {

/// And times that a loaded machine does not use up.
const std::string kAnyPort =
    "listen = \"127.0.0.1:0\"\noutcome_timeout_ms = 60000\nquery_timeout_ms = 60000\n";

std::uint16_t wait_for_port(ChildProcess& process) {
  std::uint16_t port = 0;
  REQUIRE(eventually([&] {
    port = http_port(process.err());
    return port != 0 || !process.is_running();
  }));
  REQUIRE(port != 0);
  return port;
}

/// Until every shard is ready and the lines of the gateway have found their doors.
void wait_until_ready(std::uint16_t port) {
  REQUIRE(eventually([&] {
    HttpClient probe(port);
    return probe.call("GET", "/readyz").status == 200 && probe.call("GET", "/v1/wallets").status == 200;
  }));
}

TEST_CASE("A wallet is opened, funded, refused and looked up over HTTP") {
  FlorinNode node(FLORIN_BINARY, {.gateway = kAnyPort});
  node.start();
  const std::uint16_t port = wait_for_port(node.process());
  wait_until_ready(port);
  HttpClient client(port);  // one connection for all of it

  CHECK(client.call("POST", "/v1/wallets", R"({"id":"o-1","wallet":"alice","currency":"EUR"})").status ==
        201);
  const std::string deposit = R"({"id":"d-1","amount_minor":1250,"currency":"EUR","reference":"first"})";
  const HttpReply first =
      client.call("POST", "/v1/wallets/alice/deposits", deposit,
                  "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
  CHECK(first.status == 201);
  CHECK(first.json()["after"]["balance_minor"] == 1250);
  CHECK(first.has_header("Location: /v1/wallets/alice/transactions/d-1\r\n"));
  const HttpReply again = client.call("POST", "/v1/wallets/alice/deposits", deposit);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(again.has_header("Idempotency-Replayed: true\r\n"));
  const HttpReply conflict = client.call("POST", "/v1/wallets/alice/deposits",
                                         R"({"id":"d-1","amount_minor":1251,"currency":"EUR"})");
  CHECK(conflict.status == 422);
  CHECK(conflict.json()["name"] == "idempotency_conflict");
  const HttpReply refused =
      client.call("POST", "/v1/wallets/alice/payments",
                  R"({"amount_minor":9999,"currency":"EUR","merchant":"Cafe"})", "Idempotency-Key: p-1\r\n");
  CHECK(refused.status == 422);
  CHECK(refused.json()["name"] == "insufficient_funds");

  CHECK(client.call("GET", "/v1/wallets/alice/balance").json()["balance_minor"] == 1250);
  const auto transactions = client.call("GET", "/v1/wallets/alice/transactions").json()["transactions"];
  REQUIRE(transactions.size() == 3);
  CHECK(transactions[0]["id"] == "p-1");
  CHECK(transactions[2]["kind"] == "open");
  const auto one = client.call("GET", "/v1/wallets/alice/transactions/d-1").json();
  CHECK(one["state"] == "completed");
  CHECK(one["trace_id"] == "0af7651916cd43dd8448eb211c80319c");
  CHECK(client.call("GET", "/v1/wallets/alice/transactions?outcome=rejected").json()["transactions"].size() ==
        1);
  CHECK(client.call("GET", "/v1/wallets?limit=2").json()["wallets"].size() == 2);
  CHECK(client.call("GET", "/v1/wallets/nobody").status == 404);
  CHECK(client.call("GET", "/v1/shards").json()["shards"].size() == 2);
  CHECK(client.call("GET", "/v1/workers").json()["workers"].size() == 1);
  CHECK(client.call("GET", "/v1/status").json()["accounting"].contains("process"));
  CHECK(client.call("GET", "/version").json()["name"] == "florin");

  node.wait_for_consumers();
  CHECK(node.cli({"dead-letters", "list"}).out.find("insufficient_funds") != std::string::npos);
  CHECK(node.stop() == 0);
  CHECK(client.is_ended());
}

TEST_CASE("Broken, slow and greedy callers get a clear answer and harm nobody") {
  FlorinNode node(FLORIN_BINARY, {.gateway = kAnyPort + "request_timeout_ms = 5000\nconnections_max = 8\n"
                                                        "body_bytes_max = 1024\nheader_bytes_max = 2048\n"});
  node.start();
  const std::uint16_t port = wait_for_port(node.process());
  wait_until_ready(port);
  const auto answer_to = [&](std::string_view bytes) {
    HttpClient client(port);
    client.send(bytes);
    const HttpReply reply = client.receive();
    CHECK(reply.has_header("Connection: close\r\n"));
    CHECK(client.is_ended());
    return reply.status;
  };
  CHECK(answer_to("\x16\x03\x01 this is TLS\r\n\r\n") == 400);
  CHECK(answer_to("GET / HTTP/9.9\r\n\r\n") == 400);
  CHECK(answer_to("POST /v1/wallets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: "
                  "chunked\r\n\r\n") == 400);
  CHECK(answer_to("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(4000, 'x') + "\r\n\r\n") == 431);
  CHECK(answer_to("POST /v1/wallets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999\r\n\r\n") == 413);
  CHECK(answer_to("GET /livez HTT") == 408);  // and then silence

  {  // half open: nothing more comes, but the answer is still read
    HttpClient client(port);
    client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.end_sending();
    CHECK(client.receive().status == 200);
  }
  {  // three requests sent ahead are answered in their order
    HttpClient client(port);
    std::string ahead;
    for (const char* target : {"/livez", "/nothing", "/version"}) {
      ahead += fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", target);
    }
    client.send(ahead);
    CHECK(client.receive().status == 200);
    CHECK(client.receive().status == 404);
    CHECK(client.receive().json()["name"] == "florin");
  }
  {  // a body that is waited with until it is asked for
    HttpClient client(port);
    client.send(
        "POST /v1/wallets HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: "
        "100-continue\r\nContent-Length: 2\r\n\r\n");
    CHECK(client.receive().status == 100);
    client.send("{}");
    CHECK(client.receive().status == 400);
  }
  {  // one connection too many
    std::vector<std::unique_ptr<HttpClient>> held;
    const bool full = eventually([&] {
      held.push_back(std::make_unique<HttpClient>(port));
      return held.back()->call("GET", "/livez").status == 429;
    });
    CHECK(full);
  }
  REQUIRE(eventually([&] {
    HttpClient client(port);
    return client.call("GET", "/livez").status == 200;
  }));
  CHECK(node.cli({"verify"}).exit_code == 0);
  CHECK(node.stop() == 0);
}

TEST_CASE("A gateway of its own serves, and a taken port is named with the flag that changes it") {
  FlorinNode node(FLORIN_BINARY, {.gateway = "listen = \"off\"\nquery_timeout_ms = 10000\n"});
  node.start();
  ChildProcess gateway(node.command({"gateway", "--http-listen", "127.0.0.1:0"}), node.file("gateway.out"),
                       node.file("gateway.err"));
  const std::uint16_t port = wait_for_port(gateway);
  wait_until_ready(port);
  HttpClient client(port);
  CHECK(client.call("GET", "/v1/wallets/100/balance").json()["balance_minor"] == 100'000);

  const std::string listen = fmt::format("127.0.0.1:{}", port);
  const ProgramResult second = node.cli({"gateway", "--http-listen", listen});
  CHECK(second.exit_code == 1);
  CHECK(second.err.find(listen) != std::string::npos);
  CHECK(second.err.find("--http-listen") != std::string::npos);
  CHECK(node.cli({"gateway", "--http-listen", "0.0.0.0:0"}).err.find("florin token create") !=
        std::string::npos);
  CHECK(node.cli({"gateway"}).exit_code == 2);  // the configuration says off

  CHECK(node.stop() == 0);
  CHECK(client.call("GET", "/readyz").status == 503);
  gateway.send_signal(SIGTERM);
  CHECK(gateway.wait() == 0);
}

}  // namespace
}  // namespace florin::test
