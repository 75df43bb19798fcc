#include "tests/runtime/config_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("An empty configuration has the defaults that config/florin.toml tells") {
  const ConfigText text("");
  const Config config = text.load();
  CHECK(config.file == text.file());
  CHECK(config.data_dir == text.directory / "data");
  CHECK(config.run_dir == text.directory / "data/run");
  CHECK(config.shards == 4);
  CHECK(config.env.map_size_bytes == std::uint64_t{64} << 30U);
  CHECK(config.write_back.ids.recent_max == 65'536);
  CHECK(WriteBackLimits().ids.recent_max == 65'536);
  CHECK(WriteBackLimits().wallets.entries_per_sweep == 32'768);
  CHECK(config.write_back.wallets.entries_per_sweep == 32'768);
  CHECK(config.fault_retry_min_ms == 50);
  CHECK(config.fault_retry_max_ms == 5000);
  CHECK(config.router.message_bytes_max == 4'194'304);
  CHECK(config.router.commands_per_message_max == 8192);
  CHECK(config.router.queue_commands_max == 100'000);
  CHECK(config.router.overloaded_retry_ms == 100);
  CHECK(config.router.window_commands_max == 16'384);
  CHECK(config.router.work_commands_max == 4096);
  CHECK(config.router.refused_per_peer_max == 1000);
  CHECK(config.router.refused_total_max == 1'000'000);
  CHECK(config.consumer_flush_ms == 100);
  CHECK(config.subscription.fetch_bytes_max == 1'048'576);
  CHECK(config.subscription.fetch_timeout_ms == 2000);
  CHECK(config.log.format == LogFormat::automatic);
  CHECK(config.log.flow_lines_per_second_max == 100);
  CHECK(config.bootstrap.empty());
}

TEST_CASE("Doors that are not configured stand in the run directory under their own names") {
  const ConfigText text("[endpoints]\nrun_dir = \"sockets\"\nbackend = \"tcp://127.0.0.1:7100\"\n");
  const Config config = text.load();
  const std::string door = "ipc://" + (text.directory / "sockets/").string();
  CHECK(config.run_dir == text.directory / "sockets");
  CHECK(config.endpoints.front == door + "front");
  CHECK(config.endpoints.backend == "tcp://127.0.0.1:7100");
  CHECK(config.endpoints.router_query == door + "router.query");
  CHECK(config.endpoints.shard_events == door + "shard.events");
  CHECK(config.endpoints.shard_query == door + "shard.query");
  CHECK(config.endpoints.accounting_query == door + "accounting.query");
  CHECK(config.endpoints.dead_letter_query == door + "dead-letter.query");
}

TEST_CASE("What the configuration says goes before the defaults") {
  const Config config = ConfigText(R"(
[store]
shards = 256
map_size_gib = 1
refold_entries_max = 1
fault_retry_min_ms = 7
fault_retry_max_ms = 7
[limits]
refused_per_peer_max = 0
fetch_bytes_max = 4096
consumer_flush_ms = 0
[log]
format = "json"
flow_lines_per_second_max = 0
)")
                            .load();
  CHECK(config.shards == 256);
  CHECK(config.env.map_size_bytes == std::uint64_t{1} << 30U);
  CHECK(config.write_back.ids.recent_max == 1);
  CHECK(config.write_back.wallets.entries_per_sweep == 1);
  CHECK(config.fault_retry_min_ms == 7);
  CHECK(config.fault_retry_max_ms == 7);
  CHECK(config.router.refused_per_peer_max == 0);
  CHECK(config.consumer_flush_ms == 0);
  CHECK(config.subscription.fetch_bytes_max == 4096);
  CHECK(config.log.format == LogFormat::json);
  CHECK(config.log.flow_lines_per_second_max == 0);
}

TEST_CASE("A relative data directory is relative to the file") {
  const ConfigText text("[store]\ndata_dir = \"../elsewhere/./books\"\n");
  CHECK(text.load().data_dir == text.directory.path().parent_path() / "elsewhere/books");
  CHECK(ConfigText("[store]\ndata_dir = \"/var/books\"\n").load().data_dir == "/var/books");
}

TEST_CASE("A data directory that is given as an argument goes before the file") {
  const ConfigText text("[store]\ndata_dir = \"books\"\n");
  CHECK(load_config(text.file(), "/var/other").data_dir == "/var/other");
  CHECK(load_config(text.file(), "/var/other").run_dir == "/var/other/run");
  CHECK(load_config(text.file(), "here").data_dir == std::filesystem::current_path() / "here");
}

TEST_CASE("Bootstrap wallets are read in both ways that TOML writes tables") {
  for (const auto* text :
       {"[bootstrap]\nwallets = [ { id = \"7\", currency = \"JPY\", deposit_minor = 1300 } ]\n",
        "[[bootstrap.wallets]]\nid = \"7\"\ncurrency = \"JPY\"\ndeposit_minor = 1300\n"}) {
    const Config config = ConfigText(text).load();
    REQUIRE(config.bootstrap.size() == 1);
    CHECK(config.bootstrap[0].wallet.view() == "7");
    CHECK(config.bootstrap[0].currency.code() == "JPY");
    CHECK(config.bootstrap[0].deposit == MinorUnits(1300));
  }
  CHECK(ConfigText("[bootstrap]\nwallets = []\n").load().bootstrap.empty());
}

TEST_CASE("A shard's door has its number as a suffix or added to the port") {
  CHECK(Endpoints::of_shard("ipc:///run/events", ShardIndex(0)) == "ipc:///run/events.000");
  CHECK(Endpoints::of_shard("ipc:///run/events", ShardIndex(255)) == "ipc:///run/events.255");
  CHECK(Endpoints::of_shard("tcp://127.0.0.1:7200", ShardIndex(0)) == "tcp://127.0.0.1:7200");
  CHECK(Endpoints::of_shard("tcp://127.0.0.1:7200", ShardIndex(13)) == "tcp://127.0.0.1:7213");
  CHECK(Endpoints::of_shard("tcp://[::1]:7200", ShardIndex(3)) == "tcp://[::1]:7203");
}

}  // namespace
}  // namespace florin::test
