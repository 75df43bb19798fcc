// A configuration that is wrong is told with its key, its file and its line, and is exit code 2.

#include "tests/support/catch.hpp"
#include "tests/support/florin_process.hpp"

namespace florin::test {
namespace {

struct Wrong {
  const char* what;
  NodeConfig config;
  const char* told;
};

std::vector<Wrong> wrong_configurations() {
  static const std::string long_path = "front = \"ipc:///tmp/" + std::string(120, 'x') + "\"";
  return {
      {"an unknown key",
       {.limits = "queue_comands_max = 5"},
       "florin.toml:9: `limits.queue_comands_max` is unknown"},
      {"a wrong type",
       {.limits = "queue_commands_max = \"5\""},
       "florin.toml:9: `limits.queue_commands_max` must be a whole number"},
      {"out of range",
       {.store = "map_size_gib = 0"},
       "florin.toml:5: `store.map_size_gib` must be a whole number from 1 to 65536"},
      {"too many shards",
       {.shards = 257},
       "florin.toml:3: `store.shards` must be a whole number from 1 to 256"},
      {"a door for everybody",
       {.endpoints = "front = \"tcp://0.0.0.0:7200\""},
       "`endpoints.front` is tcp://0.0.0.0:7200: beyond loopback (127.0.0.1:port) whoever connects needs a "
       "key"},
      {"a door that is none",
       {.endpoints = "front = \"udp://127.0.0.1:7200\""},
       "`endpoints.front` is udp://127.0.0.1:7200: it must be ipc://PATH or tcp://HOST:PORT"},
      {"a key that is none", {.doors = "server_public_key = \"short\""}, "must be 40 characters of Z85"},
      {"a path too long", {.endpoints = long_path}, "the system takes 107"},
      {"no TOML", {.store = "shards: 4"}, "florin.toml:5: "},
      {"a wallet nobody can name",
       {.bootstrap = R"(wallets = [ { id = "a b", currency = "EUR" } ])"},
       "`bootstrap.wallets.id` must be"},
      {"a currency nobody knows",
       {.bootstrap = R"(wallets = [ { id = "a", currency = "eur" } ])"},
       "`bootstrap.wallets.currency` must be"},
  };
}

TEST_CASE("A wrong configuration is told with its key and its place") {
  for (const Wrong& wrong : wrong_configurations()) {
    INFO(wrong.what);
    const FlorinNode node(FLORIN_BINARY, wrong.config);
    for (const char* tool : {"run", "status"}) {
      const ProgramResult result = node.cli({tool});
      INFO(tool << ": " << result.err);
      CHECK(result.exit_code == 2);
      CHECK(result.err.find(wrong.told) != std::string::npos);
    }
    CHECK_FALSE(std::filesystem::exists(node.data_dir()));
  }
}

TEST_CASE("A configuration that is not there is told with how to name one") {
  const ProgramResult result = run_program({FLORIN_BINARY, "--config", "/tmp/no-such-florin.toml", "run"});
  CHECK(result.exit_code == 2);
  CHECK(result.err.find("there is no configuration at /tmp/no-such-florin.toml") != std::string::npos);
  CHECK(result.err.find("--config or FLORIN_CONFIG") != std::string::npos);
}

TEST_CASE("The data directory of the command line goes before the configuration") {
  const FlorinNode node(FLORIN_BINARY);
  const ProgramResult result = node.cli({"--data-dir", node.file("elsewhere").string(), "wallets"});
  CHECK(result.exit_code == 1);
  CHECK(result.err.find("elsewhere") != std::string::npos);
}

}  // namespace
}  // namespace florin::test
