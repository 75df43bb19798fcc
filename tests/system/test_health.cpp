// `florin health` against real parts: each is asked by itself, whatever the others are.

#include <algorithm>

#include "runtime/process_name.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_cluster.hpp"

namespace florin::test {
namespace {

bool is_well(const FlorinCluster& cluster, const std::string& part) {
  return cluster.node().cli({"health", part}).exit_code == 0;
}

/// As many workers run here, and all are well. A shard may be on its way from one to the other.
bool are_well(const FlorinCluster& cluster, std::ptrdiff_t workers) {
  const ProgramResult told = cluster.node().cli({"--json", "health", "worker"});
  return told.exit_code == 0 && std::count(told.out.begin(), told.out.end(), '\n') == workers;
}

void check_unwell(const FlorinCluster& cluster, const std::string& part, const std::string& why) {
  const ProgramResult told = cluster.node().cli({"health", part, "--timeout-ms", "200"});
  INFO(told.out << told.err);
  CHECK(told.exit_code == 1);
  CHECK(told.out.find(why) != std::string::npos);
}

TEST_CASE("Every part says that it is well, and a dead one is the only one that is not") {
  FlorinCluster cluster(FLORIN_BINARY, {}, {":a", ":b"});
  cluster.start();
  for (const char* part : {"router", "worker", "accounting", "dead-letter", "all"}) {
    INFO(part);
    CHECK(eventually([&] { return is_well(cluster, part); }));
  }
  CHECK(eventually([&] { return are_well(cluster, 2); }));

  cluster.kill("router");
  check_unwell(cluster, "router", "nobody answered");
  check_unwell(cluster, "all", "router: nobody answered");
  CHECK(eventually([&] { return are_well(cluster, 2); }));

  cluster.kill("worker:a");
  CHECK(eventually([&] { return are_well(cluster, 1); }));
  CHECK(cluster.stop("worker:b") == 0);
  check_unwell(cluster, "worker", "no worker runs on");
}

TEST_CASE("A part is named by its host where it was started so") {
  FlorinNode node(FLORIN_BINARY);
  ChildProcess worker(node.command({"worker", "--name-by", "host"}), node.file("out"), node.file("err"));
  std::string told;
  CHECK(eventually([&] {
    const ProgramResult result = node.cli({"--json", "health", "worker"});
    told = result.out;
    return result.exit_code == 0;
  }));
  CHECK(nlohmann::json::parse(told)["who"] == process_name("worker", NameBy::host));
}

}  // namespace
}  // namespace florin::test
