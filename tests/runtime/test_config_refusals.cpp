#include <fmt/format.h>

#include "tests/runtime/config_text.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("An unknown key is told with the file and the line and what is known") {
  const ConfigText text("[log]\nformat = \"text\"\nformt = \"json\"\n");
  CHECK(text.refusal() ==
        fmt::format("{}:3: `log.formt` is unknown. Known here: flow_lines_per_second_max, format",
                    text.file().string()));
}

TEST_CASE("An unknown section is told with those that exist") {
  CHECK(contains(refusal_of("[stoer]\nshards = 1\n"),
                 ":1: `stoer` is unknown. Known here: bootstrap, doors, endpoints, gateway, limits, "
                 "log, store"));
  CHECK(contains(refusal_of("shards = 1\n"), ":1: `shards` is unknown"));
}

TEST_CASE("A table's name that is no name is refused and does not abort") {
  CHECK(contains(refusal_of("[store]\nshards = 2\n[?limits]\n"), "this is not TOML"));
}

TEST_CASE("A value of another type is refused at its line") {
  constexpr const char* kWhole = ":2: `store.shards` must be a whole number from 1 to 256";
  for (const auto* value : {"\"4\"", "4.0", "true", "[4]"}) {
    INFO(value);
    CHECK(contains(refusal_of(fmt::format("[store]\nshards = {}\n", value)), kWhole));
  }
  CHECK(contains(refusal_of("[store]\ndata_dir = 7\n"), ":2: `store.data_dir` must be a text"));
  CHECK(
      contains(refusal_of("[store]\ndata_dir = \"\"\n"), ":2: `store.data_dir` must be a text that is not"));
  CHECK(contains(refusal_of("store = 7\n"), ":1: `store` must be a table"));
  CHECK(contains(refusal_of("[log]\nformat = \"xml\"\n"),
                 "`log.format` must be \"auto\", \"text\" or \"json\""));
  CHECK(contains(refusal_of("[bootstrap]\nwallets = [1]\n"), ":2: `bootstrap.wallets` must be tables"));
  CHECK(contains(refusal_of("[bootstrap]\nwallets = \"7\"\n"), ":2: `bootstrap.wallets` must be tables"));
}

TEST_CASE("A number out of its range is refused with the range") {
  for (const auto* value : {"0", "257", "-1", "9223372036854775807"}) {
    INFO(value);
    CHECK(contains(refusal_of(fmt::format("[store]\nshards = {}\n", value)),
                   ":2: `store.shards` must be a whole number from 1 to 256"));
  }
  CHECK(contains(refusal_of("[limits]\nmessage_bytes_max = 1023\n"), "from 1024 to 67108864"));
  CHECK(refusal_of("[limits]\nmessage_bytes_max = 1024\n").empty());
  CHECK(refusal_of("[limits]\nmessage_bytes_max = 67108864\n").empty());
}

TEST_CASE("The first pause after a fault may not be longer than the longest") {
  CHECK(contains(refusal_of("[store]\nfault_retry_min_ms = 100\nfault_retry_max_ms = 99\n"),
                 "`store.fault_retry_min_ms` must not be larger than `store.fault_retry_max_ms`"));
  CHECK(contains(refusal_of("[store]\nfault_retry_min_ms = 5001\n"), "`store.fault_retry_min_ms`"));
}

TEST_CASE("A limit that a message of the allowed size could never keep to is refused with both values") {
  for (const auto* key : {"queue_commands_max", "client_in_flight_commands_max"}) {
    const auto refused = [&](int commands_max, int per_message_max) {
      return refusal_of(fmt::format("[limits]\n{} = {}\ncommands_per_message_max = {}\n", key, commands_max,
                                    per_message_max));
    };
    CHECK(contains(
        refused(10, 11),
        fmt::format("`limits.{}` is 10, less than `limits.commands_per_message_max`, which is 11", key)));
    CHECK(refused(10, 10).empty());
    CHECK(contains(refusal_of(fmt::format("[limits]\n{} = 8191\n", key)), "which is 8192"));
  }
}

TEST_CASE("A bootstrap wallet needs a good id and a currency that exists") {
  const auto wallet = [](std::string_view fields) {
    return refusal_of(fmt::format("[bootstrap]\nwallets = [ {{ {} }} ]\n", fields));
  };
  CHECK(wallet("id = \"7\", currency = \"EUR\"").empty());
  CHECK(contains(wallet("id = \"a b\", currency = \"EUR\""),
                 "`bootstrap.wallets.id` must be 1 to 64 characters"));
  CHECK(contains(wallet("currency = \"EUR\""), "`bootstrap.wallets.id` must be 1 to 64 characters"));
  CHECK(
      contains(wallet("id = \"7\", currency = \"eur\""), "`bootstrap.wallets.currency` must be an ISO 4217"));
  CHECK(contains(wallet("id = \"7\""), "`bootstrap.wallets.currency` must be an ISO 4217 code"));
  CHECK(contains(wallet("id = \"7\", currency = \"EUR\", deposit_minor = -1"),
                 "`bootstrap.wallets.deposit_minor` must be a whole number from 0 to 9007199254740991"));
  CHECK(contains(wallet("id = \"7\", currency = \"EUR\", deposit = 5"),
                 ":2: `bootstrap.wallets.deposit` is unknown. Known here: currency, deposit_minor, id"));
}

TEST_CASE("A file that is not there or no TOML is told with its name") {
  const TempDir directory;
  const auto load = [](const std::filesystem::path& file) { static_cast<void>(load_config(file)); };
  CHECK_THROWS_AS(load(directory / "nothing.toml"), ConfigError);
  CHECK_THROWS_AS(load(directory.path()), ConfigError);
  const ConfigText broken("[store]\nshards = = 4\n");
  CHECK(broken.refusal().starts_with(broken.file().string() + ":2: "));
}

}  // namespace
}  // namespace florin::test
