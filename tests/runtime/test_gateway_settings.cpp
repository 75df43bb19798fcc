#include "runtime/gateway_settings.hpp"
#include "tests/runtime/config_text.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("The gateway listens where the configuration says") {
  GatewaySettings gateway;
  CHECK(read_listen("[::1]:0", gateway).empty());
  CHECK(gateway.address == "::1");
  CHECK(gateway.port == 0);
  CHECK(read_listen("127.0.0.1:65535", gateway).empty());
  CHECK(gateway.port == 65'535);
  CHECK(gateway.enabled);
  CHECK(read_listen("off", gateway).empty());
  CHECK_FALSE(gateway.enabled);

  const Config config =
      ConfigText("[gateway]\nlisten = \"127.0.0.1:81\"\nhosts = \"a.example, b,\"\n").load();
  CHECK(config.gateway.port == 81);
  CHECK(config.gateway.hosts == std::vector<std::string>{"a.example", "b"});
}

TEST_CASE("A place to listen at that is none is named") {
  GatewaySettings gateway;
  for (const char* wrong : {"", "8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                            "127.0.0.1:80x", "localhost:8000", "127.example.com:8000", "::1", "on"}) {
    INFO(wrong);
    CHECK_FALSE(read_listen(wrong, gateway).empty());
  }
  CHECK(contains(refusal_of("[gateway]\nlisten = \"here\"\n"),
                 "`gateway.listen` is here: it must be an IP address"));
}

TEST_CASE("Loopback is told from other addresses") {
  CHECK(is_loopback("127.0.0.1"));
  CHECK(is_loopback("127.1.2.3"));
  CHECK(is_loopback("::1"));
  CHECK_FALSE(is_loopback("0.0.0.0"));
  CHECK_FALSE(is_loopback("::"));
  CHECK_FALSE(is_loopback("192.168.1.7"));
}

}  // namespace
}  // namespace florin::test
