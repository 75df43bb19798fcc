// Commands that are accepted before anybody is there to decide them.

#include "client/submit_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_cluster.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::json;

constexpr int kPairs = 40;

/// A wallet is opened, and deposits and withdrawals take turns: each succeeds in this order alone.
std::vector<TracedCommand> in_turn() {
  std::vector<TracedCommand> commands{{open_wallet("o", "w"), {}, true}};
  for (int i = 0; i < kPairs; ++i) {
    commands.push_back({deposit("d-" + std::to_string(i), "w", 10), {}, true});
    commands.push_back({withdraw("w-" + std::to_string(i), "w", 10), {}, true});
  }
  return commands;
}

std::size_t count_queued(SubmitClient& client, std::span<const TracedCommand> commands) {
  std::size_t queued = 0;
  REQUIRE(client.submit(commands) != 0);
  CHECK(eventually([&] {
    for (const AddressedAnswer& answer : client.receive_answers(20)) {
      queued += answer.answer.resolution == Resolution::queued ? 1 : 0;
    }
    return queued == commands.size();
  }));
  return queued;
}

std::string resolution(const FlorinNode& node, const std::string& id) {
  const ProgramResult shown = node.cli({"--json", "transaction", "w", id});
  return shown.exit_code == 0 ? Json::parse(shown.out)["resolution"].get<std::string>() : shown.err;
}

TEST_CASE("What a router without shards accepted survives its death and is decided once and in order") {
  FlorinCluster cluster(FLORIN_BINARY);
  const auto commands = in_turn();
  cluster.launch("router");
  {
    zmq::context_t context(1);
    SubmitClient client(context, cluster.front());
    CHECK(count_queued(client, commands) == commands.size());
  }
  CHECK(resolution(cluster.node(), "w-7") == "queued");
  cluster.kill("router");
  CHECK(resolution(cluster.node(), "w-7") == "queued");  // the store of a stopped router tells it

  for (const std::string& part : cluster.parts()) {
    cluster.launch(part);
  }
  cluster.wait_until_ready();
  const FlorinNode& node = cluster.node();
  REQUIRE(eventually([&] { return resolution(node, "w-" + std::to_string(kPairs - 1)) == "success"; }));
  CHECK(resolution(node, "w-7") == "success");
  const Json wallet = node.cli_json({"balance", "w"});
  CHECK(wallet["balance_minor"] == 0);
  CHECK(wallet["version"] == 2 * kPairs + 1);  // each once, and the opening
  for (const Json& entry : node.cli_lines({"history", "w", "--limit", "200"})) {
    CHECK(entry["resolution"] == "success");
  }
  CHECK(eventually([&] {
    const Json router = node.cli_json({"status"})["router"];
    return router.contains("shards") && router["shards"][0]["inbox_commands"] == 0 &&
           router["shards"][1]["inbox_commands"] == 0;
  }));
  CHECK(node.cli({"verify"}).exit_code == 0);
}

}  // namespace
}  // namespace florin::test
