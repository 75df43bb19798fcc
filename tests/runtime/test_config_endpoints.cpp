#include <fmt/format.h>

#include "tests/runtime/config_text.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

std::string refused_door(std::string_view key, std::string_view endpoint) {
  return refusal_of(fmt::format("[endpoints]\n{} = \"{}\"\n", key, endpoint));
}

TEST_CASE("Doors on loopback are taken") {
  for (const auto* endpoint : {"tcp://127.0.0.1:7100", "tcp://127.1.2.3:1", "tcp://localhost:65535",
                               "tcp://[::1]:7100", "ipc:///run/florin/front"}) {
    INFO(endpoint);
    CHECK(refused_door("front", endpoint).empty());
  }
}

TEST_CASE("Doors that others could reach are refused") {
  for (const auto* endpoint :
       {"tcp://0.0.0.0:7100", "tcp://*:7100", "tcp://192.168.1.1:7100", "tcp://example.com:7100",
        "tcp://127.example.com:7100", "tcp://localhost.example.com:7100", "tcp://[::]:7100"}) {
    INFO(endpoint);
    const std::string refusal = refused_door("front", endpoint);
    CHECK(contains(refusal, "`endpoints.front` is"));
    CHECK(contains(refusal, "beyond loopback"));
    CHECK(contains(refusal, "`doors.server_key_file`"));
    CHECK(contains(refusal, "--insecure"));
  }
}

TEST_CASE("What is no endpoint is refused") {
  for (const auto* endpoint : {"tcp://127.0.0.1:0;192.168.1.1:7100", "tcp://192.168.1.1:1:7100",
                               "udp://127.0.0.1:7100", "inproc://front", "front", "tcp://:7100"}) {
    INFO(endpoint);
    CHECK(contains(refused_door("front", endpoint), "it must be ipc://PATH or tcp://HOST:PORT"));
  }
}

TEST_CASE("A TCP door names a port that exists") {
  for (const auto* endpoint : {"tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:*",
                               "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536", "tcp://127.0.0.1:7100x"}) {
    INFO(endpoint);
    CHECK(contains(refused_door("front", endpoint), "`endpoints.front` is"));
  }
}

TEST_CASE("The ports of all shards must exist") {
  CHECK(refused_door("shard_query", "tcp://127.0.0.1:65532").empty());
  CHECK(contains(refused_door("shard_query", "tcp://127.0.0.1:65533"), "its 4 port(s) must lie within"));
}

TEST_CASE("A socket path that is too long for the system names the setting that shortens it") {
  const auto ipc = [](std::size_t length) { return fmt::format("ipc:///{:x<{}}", "", length - 1); };
  CHECK(refused_door("front", ipc(107)).empty());
  CHECK(contains(refused_door("front", ipc(108)), "a socket path of 108 characters; the system takes 107"));
  CHECK(contains(refused_door("front", ipc(108)), "`endpoints.run_dir`"));
  CHECK(refused_door("shard_events", ipc(103)).empty());
  CHECK(contains(refused_door("shard_events", ipc(104)), "a socket path of 108 characters"));
  CHECK(contains(refusal_of(fmt::format("[endpoints]\nrun_dir = \"/{:x<{}}\"\n", "", 120)),
                 "`endpoints.run_dir` to a shorter directory"));
}

TEST_CASE("Two doors may not share an endpoint") {
  CHECK(contains(
      refusal_of("[endpoints]\nfront = \"tcp://127.0.0.1:7100\"\nbackend = \"tcp://127.0.0.1:7100\"\n"),
      "`endpoints.backend` takes tcp://127.0.0.1:7100, which another door has already"));
}

TEST_CASE("Ports that shards add up to may not overlap") {
  const auto load = [](unsigned shards, std::string_view query) {
    return refusal_of(
        fmt::format("[store]\nshards = {}\n[endpoints]\nshard_events = \"tcp://127.0.0.1:7200\"\n"
                    "shard_query = \"{}\"\n",
                    shards, query));
  };
  CHECK(load(4, "tcp://127.0.0.1:7204").empty());
  CHECK(contains(load(5, "tcp://127.0.0.1:7204"),
                 "takes tcp://127.0.0.1:7204, which another door has already"));
  CHECK(contains(load(4, "tcp://127.0.0.1:7197"),
                 "takes tcp://127.0.0.1:7200, which another door has already"));
  CHECK(contains(refusal_of("[endpoints]\nfront = \"tcp://127.0.0.1:7203\"\nshard_query = "
                            "\"tcp://127.0.0.1:7200\"\n"),
                 "takes tcp://127.0.0.1:7203, which another door has already"));
}

}  // namespace
}  // namespace florin::test
