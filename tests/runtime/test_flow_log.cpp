#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "runtime/flow_log.hpp"
#include "tests/runtime/stderr_capture.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {
namespace {

struct FlowDriver {
  explicit FlowDriver(std::uint32_t lines_max) : flow(log, "worker-1", lines_max) {}

  /// Shows so many steps; gives the lines written.
  std::vector<std::string> receive(int steps) {
    for (int i = 0; i < steps; ++i) {
      flow.received(deposit(fmt::format("t{}", i), "100", 1250));
    }
    return capture.take_lines();
  }
  std::vector<std::string> tick() {
    flow.tick();
    return capture.take_lines();
  }

  StderrCapture capture;
  Log log{{LogFormat::json, 0}};
  FlowLog flow;
};

TEST_CASE("While few transactions pass each step has its line and no second does") {
  FlowDriver driver(3);
  const auto lines = driver.receive(3);
  REQUIRE(lines.size() == 3);
  const auto json = nlohmann::json::parse(lines[2]);
  CHECK(json.at("event") == "received");
  CHECK(json.at("text") == "100 deposit 12.50 EUR");
  CHECK(json.at("id") == "t2");
  CHECK(driver.tick().empty());
  CHECK(driver.receive(3).size() == 3);
  CHECK(driver.tick().empty());
}

TEST_CASE("Too many lines hide the rest and the second tells them all") {
  FlowDriver driver(3);
  CHECK(driver.receive(10).size() == 3);
  const auto lines = driver.tick();
  REQUIRE(lines.size() == 1);
  const auto json = nlohmann::json::parse(lines[0]);
  CHECK(json.at("event") == "second");
  CHECK(json.at("received") == "10");
  CHECK(json.at("completed") == "0");
}

TEST_CASE("A busy second hides the next whole and a quiet one shows again") {
  FlowDriver driver(3);
  driver.receive(10);
  driver.tick();
  CHECK(driver.receive(2).empty());
  CHECK(nlohmann::json::parse(driver.tick().at(0)).at("received") == "2");
  CHECK(driver.receive(2).size() == 2);
  CHECK(driver.tick().empty());
}

TEST_CASE("A second without any step says nothing and shows again") {
  FlowDriver driver(3);
  driver.receive(10);
  driver.tick();
  CHECK(driver.tick().empty());
  CHECK(driver.receive(1).size() == 1);
}

TEST_CASE("With no lines allowed only the seconds are told") {
  FlowDriver driver(0);
  CHECK(driver.receive(1).empty());
  CHECK(driver.tick().size() == 1);
  CHECK(driver.receive(1).empty());
}

TEST_CASE("Faults are told however much passes") {
  FlowDriver driver(0);
  driver.receive(5);
  driver.flow.fault("shard-000", "commit failed");
  const auto lines = driver.capture.take_lines();
  REQUIRE(lines.size() == 1);
  CHECK(nlohmann::json::parse(lines[0]).at("why") == "commit failed");
}

TEST_CASE("A refused message is shown escaped and with card numbers masked") {
  FlowDriver driver(3);
  driver.flow.refused({Code::malformed, "not MessagePack"}, "\x1b 4111111111111111");
  const auto lines = driver.capture.take_lines();
  REQUIRE(lines.size() == 1);
  const auto json = nlohmann::json::parse(lines[0]);
  CHECK(json.at("code") == "malformed");
  CHECK(json.at("bytes").get<std::string>().starts_with("\\x1b "));
  CHECK(lines[0].find("411111111111") == std::string::npos);
}

}  // namespace
}  // namespace florin::test
