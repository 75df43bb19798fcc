// Doors over TCP on a real node: who has which key gets how far.

#include <fmt/format.h>

#include <csignal>
#include <span>

#include "access/key_file.hpp"
#include "access/list_file.hpp"
#include "client/query_client.hpp"
#include "client/submit_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {
namespace {

constexpr std::string_view kNoParameters = "\x90";

/// Every door over TCP, at the address given.
std::string tcp_doors(std::string_view host) {
  const std::vector<std::string> doors{"front",       "backend",          "router_query",     "shard_events",
                                       "shard_query", "accounting_query", "dead_letter_query"};
  const auto ports = free_ports(doors.size());
  std::string lines;
  for (std::size_t i = 0; i < doors.size(); ++i) {
    lines += fmt::format("{} = \"tcp://{}:{}\"\n", doors[i], host, ports[i]);
  }
  return lines;
}

/// A node with one shard whose doors need keys, and whose list of keys has these names and roles.
struct KeyedNode {
  struct Listed {
    const char* name;
    const char* roles;
  };
  explicit KeyedNode(std::initializer_list<Listed> listed)
      : node(
            FLORIN_BINARY,
            {.shards = 1, .endpoints = tcp_doors("127.0.0.1"), .doors = "server_key_file = \"server.key\""}) {
    REQUIRE(node.cli({"keygen", "--server"}).exit_code == 0);
    for (const auto& [name, roles] : listed) {
      REQUIRE(node.cli({"keygen", name, "--roles", roles}).exit_code == 0);
    }
    node.start();
    server = read_key_file(node.file("server.key")).keys;
  }

  [[nodiscard]] CurveKeys keys_of(const std::string& name) const {
    return {server.public_key, read_key_file(node.file(name + ".key")).keys};
  }
  /// What the router's door answers a status query of these keys with; `overloaded` where nobody answers.
  [[nodiscard]] Code ask(const std::optional<CurveKeys>& keys, std::uint32_t patience_ms) const {
    QueryClient client(patience_ms, keys);
    const auto payload = client.ask(node.config().endpoints.router_query, QueryKind::status, kNoParameters);
    return payload ? Code::none : payload.error().code;
  }
  [[nodiscard]] std::uint64_t count(const char* field) const {
    return node.cli_json({"status"})["router"].value(field, std::uint64_t{0});  // a busy router tells later
  }

  FlorinNode node;
  KeyPair server;
};

/// Long enough for whoever is let in. That nobody answers holds on a busy machine all the more.
constexpr std::uint32_t kSomebodyMs = 60'000;
constexpr std::uint32_t kNobodyMs = 300;

/// One command's answer; nothing where none came in time.
std::optional<Answer> submit(const KeyedNode& keyed, const std::optional<CurveKeys>& keys,
                             const Command& command, std::uint32_t patience_ms = kSomebodyMs) {
  zmq::context_t context(1);
  SubmitClient client(context, keyed.node.front(), keys);
  std::optional<Answer> answer;
  const TracedCommand traced{command, {}};
  REQUIRE(client.submit(std::span(&traced, 1)) != 0);
  [[maybe_unused]] const bool came = eventually(
      [&] {
        for (const AddressedAnswer& given : client.receive_answers(10)) {
          answer = given.answer;
        }
        return answer.has_value();
      },
      std::chrono::milliseconds(patience_ms));
  return answer;
}

Code code_of(const std::optional<Answer>& answer) {
  return answer.value().code;
}

TEST_CASE("A key gets as far as its roles") {
  const KeyedNode keyed({{"shop", "submit"}, {"support", "read,operate"}});
  const CurveKeys shop = keyed.keys_of("shop");
  const CurveKeys support = keyed.keys_of("support");
  CHECK(code_of(submit(keyed, shop, deposit("d1", "100", 250))) == Code::none);
  CHECK(code_of(submit(keyed, shop, freeze("f1", "100"))) == Code::not_allowed);
  CHECK(code_of(submit(keyed, support, freeze("f1", "100"))) == Code::none);
  CHECK(code_of(submit(keyed, support, deposit("d2", "100", 250))) == Code::not_allowed);
  CHECK(keyed.ask(shop, kSomebodyMs) == Code::not_allowed);
  CHECK(keyed.ask(support, kSomebodyMs) == Code::none);
  CHECK(eventually([&] { return keyed.count("not_allowed") == 3; }));
  // Florin's own parts passed their doors, or nothing would have been decided, and consumers follow.
  keyed.node.wait_for_consumers();
}

TEST_CASE("Who has no key, or one that is not in the list, is not let in and is counted") {
  const KeyedNode keyed({{"shop", "submit,read"}});
  CurveKeys stranger = keyed.keys_of("shop");
  stranger.own = new_key_pair();
  CurveKeys misled = keyed.keys_of("shop");
  misled.server_public_key = new_key_pair().public_key;
  for (const auto& keys : {std::optional<CurveKeys>(), std::optional(stranger), std::optional(misled)}) {
    CHECK(keyed.ask(keys, kNobodyMs) == Code::overloaded);
    CHECK_FALSE(submit(keyed, keys, deposit("d", "100", 1), kNobodyMs).has_value());
  }
  // Those who connected for so short a time may not have come to their handshake: once more, without haste.
  QueryClient patient(1000, stranger);
  CHECK(eventually([&] {
    static_cast<void>(patient.ask(keyed.node.front(), QueryKind::status, kNoParameters));
    return keyed.count("keys_refused") > 0 && keyed.count("handshakes_failed") > 0;
  }));
  CHECK(keyed.ask(keyed.keys_of("shop"), kSomebodyMs) == Code::none);
}

TEST_CASE("A key that was taken off the list can do nothing more, and does not come in again") {
  const KeyedNode keyed({{"shop", "submit,read"}});
  const CurveKeys shop = keyed.keys_of("shop");
  const std::string door = keyed.node.config().endpoints.router_query;
  QueryClient connected(kSomebodyMs, shop);
  REQUIRE(connected.ask(door, QueryKind::status, kNoParameters));
  write_file(keyed.node.file("keys"), "# nobody\n");
  CHECK(eventually([&] {
    const auto payload = connected.ask(door, QueryKind::status, kNoParameters);
    return !payload && payload.error().code == Code::not_authenticated;
  }));
  CHECK(eventually([&] { return keyed.ask(shop, kNobodyMs) == Code::overloaded; }));
}

TEST_CASE("Beyond loopback nothing starts without keys, unless it is said to be insecure") {
  FlorinNode node(FLORIN_BINARY, {.shards = 1, .endpoints = tcp_doors("0.0.0.0"), .bootstrap = ""});
  const ProgramResult refused = node.cli({"run"});
  CHECK(refused.exit_code == 2);
  CHECK(refused.err.find("`doors.server_key_file`") != std::string::npos);
  CHECK(refused.err.find("--insecure") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(node.data_dir()));
  ChildProcess process(node.command({"--insecure", "run"}), node.file("out"), node.file("err"));
  CHECK(eventually([&] { return process.err().find(R"("event":"insecure")") != std::string::npos; }));
  CHECK(eventually([&] {
    return node.cli({"--insecure", "status"}).out.find("router: live as") != std::string::npos;
  }));
  process.send_signal(SIGTERM);
  CHECK(process.wait() == 0);
}

TEST_CASE("A client with its key and the server's public key sends from its own configuration") {
  const KeyedNode keyed({{"shop", "submit"}});
  const auto file = keyed.node.file("shop.toml");
  write_file(file, fmt::format("[endpoints]\nfront = \"{}\"\n[doors]\nclient_key_file = \"shop.key\"\n"
                               "server_public_key = \"{}\"\n",
                               keyed.node.front(), keyed.server.public_key));
  const auto run_submit = [&](const Arguments& words) {
    Arguments all{FLORIN_BINARY, "--config", file.string(), "submit", "--timeout-ms", "60000"};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all);
  };
  const ProgramResult sent = run_submit({"deposit", "100", "1.00", "EUR"});
  INFO(sent.err);
  CHECK(sent.exit_code == 0);
  const ProgramResult refused = run_submit({"freeze", "100", "all"});
  CHECK(refused.exit_code == 4);
  CHECK(refused.out.find("not_allowed") != std::string::npos);
}

TEST_CASE("A name has one key and one token") {
  const FlorinNode node(FLORIN_BINARY);
  CHECK(node.cli({"keygen", "shop", "--roles", "submit"}).exit_code == 0);
  const std::string other = node.file("other.key").string();
  CHECK(node.cli({"keygen", "shop", "--roles", "read", "--out", other}).exit_code == 2);
  CHECK_FALSE(std::filesystem::exists(other));
  CHECK(node.cli({"keygen", "page", "--roles", "root", "--out", other}).exit_code == 2);
  const std::string taken = node.file("shop.key").string();
  CHECK(node.cli({"keygen", "page", "--roles", "read", "--out", taken}).exit_code == 2);
  const auto made = node.cli_json({"token", "create", "page", "--roles", "read", "--expires", "1d"});
  CHECK(made["token"].get<std::string>().substr(0, 4) == "flr_");
  CHECK(node.cli({"token", "create", "page", "--roles", "read"}).exit_code == 2);
  CHECK(node.cli_json({"token", "list"})["state"] == "valid");
  CHECK(node.cli({"token", "revoke", "page"}).exit_code == 0);
  CHECK(node.cli({"token", "revoke", "page"}).exit_code == 4);
}

}  // namespace
}  // namespace florin::test
