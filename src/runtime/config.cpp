#include "runtime/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/z85.hpp"
#include "routing/shard_of.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/toml_section.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kMillion = 1'000'000;

void read_store(TomlSection section, Config& config, const std::optional<std::filesystem::path>& data_dir) {
  std::string given = "data";
  section.text("data_dir", given);
  config.data_dir = data_dir ? std::filesystem::absolute(*data_dir)
                             : std::filesystem::absolute(config.file).parent_path() / given;
  config.data_dir = config.data_dir.lexically_normal();
  section.number("shards", config.shards, 1, kShardsMax);
  std::uint64_t map_size_gib = 64;
  section.number("map_size_gib", map_size_gib, 1, 65'536);
  config.env.map_size_bytes = map_size_gib << 30U;
  std::uint64_t refold_entries_max = kRefoldEntriesMax;
  section.number("refold_entries_max", refold_entries_max, 1, 100 * kMillion);
  config.write_back = write_back_limits(refold_entries_max);
  section.number("fault_retry_min_ms", config.fault_retry_min_ms, 1, 60'000);
  section.number("fault_retry_max_ms", config.fault_retry_max_ms, 1, 600'000);
  if (config.fault_retry_min_ms > config.fault_retry_max_ms) {
    section.fail("fault_retry_min_ms", "must not be larger than `store.fault_retry_max_ms`");
  }
  section.finish();
}

/// Whether a door may be where others reach it.
bool may_leave_loopback(const DoorSettings& doors) {
  return doors.has_client_key() || doors.insecure == Insecure::yes;
}

/// `shards` is how many doors the endpoint stands for, 0 where it is a door of its own.
void check_endpoint(const TomlSection& section, std::string_view key, const std::string& endpoint,
                    std::uint16_t shards, const DoorSettings& settings) {
  constexpr std::string_view kShardSuffix = ".000";
  constexpr std::uint64_t kPortMax = 65'535;
  // sun_path holds 108 bytes with its end. Source: unix(7).
  constexpr std::size_t kIpcPathMax = 107;
  constexpr std::string_view kIpc = "ipc://";
  if (endpoint.starts_with(kIpc)) {
    const std::size_t length = endpoint.size() - kIpc.size() + (shards > 0 ? kShardSuffix.size() : 0);
    if (length > kIpcPathMax) {
      section.fail(key, fmt::format("is {}, a socket path of {} characters; the system takes {}. Set "
                                    "`endpoints.run_dir` to a shorter directory",
                                    endpoint, length, kIpcPathMax));
    }
    return;
  }
  const auto tcp = parse_tcp(endpoint);
  if (!tcp) {
    section.fail(key, fmt::format("is {}: it must be ipc://PATH or tcp://HOST:PORT", endpoint));
  }
  if (!tcp->is_loopback() && !may_leave_loopback(settings)) {
    section.fail(
        key, fmt::format("is {}: beyond loopback (127.0.0.1:port) whoever connects needs a key. Set "
                         "`doors.server_key_file` (`florin keygen --server` makes one), or say --insecure "
                         "to let everybody in",
                         endpoint));
  }
  const std::uint64_t doors = std::max<std::uint64_t>(shards, 1);
  if (tcp->port < 1 || tcp->port > kPortMax || tcp->port + doors - 1 > kPortMax) {
    section.fail(key,
                 fmt::format("is {}: its {} port(s) must lie within 1 to {}", endpoint, doors, kPortMax));
  }
}

void read_endpoint(TomlSection& section, std::string_view key, std::string& endpoint,
                   const DoorSettings& doors, std::uint16_t shards = 0) {
  section.text(key, endpoint);
  check_endpoint(section, key, endpoint, shards, doors);
}

/// No two doors may be the same, those of each shard included.
void check_distinct(const TomlSection& section, const Endpoints& endpoints, std::uint16_t shards) {
  std::set<std::string> taken;
  const auto take = [&](std::string_view key, const std::string& endpoint) {
    if (!taken.insert(endpoint).second) {
      section.fail(key, fmt::format("takes {}, which another door has already", endpoint));
    }
  };
  take("front", endpoints.front);
  take("backend", endpoints.backend);
  take("router_query", endpoints.router_query);
  take("accounting_query", endpoints.accounting_query);
  take("dead_letter_query", endpoints.dead_letter_query);
  for (std::uint16_t i = 0; i < shards; ++i) {
    take("shard_events", Endpoints::of_shard(endpoints.shard_events, ShardIndex(i)));
    take("shard_query", Endpoints::of_shard(endpoints.shard_query, ShardIndex(i)));
  }
}

/// A path beside the file; none where the key is not there and has no default.
void read_path(TomlSection& section, std::string_view key, const Config& config, std::filesystem::path& path,
               std::string given = {}) {
  section.text(key, given);
  if (!given.empty()) {
    path = (std::filesystem::absolute(config.file).parent_path() / given).lexically_normal();
  }
}

void read_doors(TomlSection section, Config& config) {
  DoorSettings& doors = config.doors;
  read_path(section, "server_key_file", config, doors.server_key_file);
  read_path(section, "keys_file", config, doors.keys_file, "keys");
  read_path(section, "client_key_file", config, doors.client_key_file);
  read_path(section, "tokens_file", config, doors.tokens_file, "tokens");
  section.text("server_public_key", doors.server_public_key);
  if (!doors.server_public_key.empty() && !is_curve_key(doors.server_public_key)) {
    section.fail("server_public_key",
                 "must be 40 characters of Z85, as `florin keygen --server` prints them");
  }
  if (!doors.client_key_file.empty() && doors.server_public_key.empty() && !doors.has_server_key()) {
    section.fail("client_key_file",
                 "needs `doors.server_public_key`, which `florin keygen --server` printed");
  }
  if (!doors.server_public_key.empty() && !doors.has_client_key()) {
    section.fail("server_public_key",
                 "needs `doors.client_key_file`, which `florin keygen NAME --roles submit,read` makes");
  }
  section.finish();
}

void read_endpoints(TomlSection section, Config& config) {
  std::string run_dir = (config.data_dir / "run").string();
  section.text("run_dir", run_dir);
  config.run_dir = std::filesystem::absolute(config.file).parent_path() / run_dir;
  config.run_dir = config.run_dir.lexically_normal();
  const auto in_run_dir = [&](std::string_view name) {
    return fmt::format("ipc://{}/{}", config.run_dir.string(), name);
  };
  Endpoints& endpoints = config.endpoints;
  endpoints = {in_run_dir("front"),
               in_run_dir("backend"),
               in_run_dir("router.query"),
               in_run_dir("shard.events"),
               in_run_dir("shard.query"),
               in_run_dir("accounting.query"),
               in_run_dir("dead-letter.query")};
  read_endpoint(section, "front", endpoints.front, config.doors);
  read_endpoint(section, "backend", endpoints.backend, config.doors);
  read_endpoint(section, "router_query", endpoints.router_query, config.doors);
  read_endpoint(section, "shard_events", endpoints.shard_events, config.doors, config.shards);
  read_endpoint(section, "shard_query", endpoints.shard_query, config.doors, config.shards);
  read_endpoint(section, "accounting_query", endpoints.accounting_query, config.doors);
  read_endpoint(section, "dead_letter_query", endpoints.dead_letter_query, config.doors);
  check_distinct(section, endpoints, config.shards);
  section.finish();
}

/// A message's part for a shard is taken whole or answered `overloaded`, and so is a whole message by what
/// its client may have in flight. One that fits neither when nothing else is there would be sent again for
/// ever.
void check_message_fits(const TomlSection& section, std::string_view key, std::size_t commands_max,
                        const RouterLimits& router) {
  if (commands_max < router.commands_per_message_max) {
    section.fail(key,
                 fmt::format("is {}, less than `limits.commands_per_message_max`, which is {}: a message of "
                             "that many commands would be overloaded for ever. Raise the one or lower the "
                             "other",
                             commands_max, router.commands_per_message_max));
  }
}

void read_limits(TomlSection section, Config& config) {
  RouterLimits& router = config.router;
  section.number("message_bytes_max", router.message_bytes_max, 1024, std::uint64_t{64} << 20U);
  section.number("commands_per_message_max", router.commands_per_message_max, 1, kMillion);
  section.number("queue_commands_max", router.queue_commands_max, 1, 100 * kMillion);
  section.number("window_commands_max", router.window_commands_max, 1, kMillion);
  section.number("work_commands_max", router.work_commands_max, 1, kMillion);
  section.number("refused_per_peer_max", router.refused_per_peer_max, 0, 100 * kMillion);
  section.number("refused_total_max", router.refused_total_max, 0, 1000 * kMillion);
  section.number("overloaded_retry_ms", router.overloaded_retry_ms, 1, 600'000);
  section.number("heartbeat_ms", router.heartbeat_ms, 10, 60'000);
  section.number("worker_dead_after_ms", router.worker_dead_after_ms, 100, 600'000);
  section.number("lease_ms", config.lease_ms, 100, 600'000);
  section.number("hang_timeout_ms", config.hang_timeout_ms, 100, 600'000);
  section.number("commit_hang_timeout_ms", config.commit_hang_timeout_ms, 100, 3'600'000);
  section.number("sessions_max", router.sessions_max, 1, kMillion);
  section.number("session_latches_max", router.session_latches_max, 1, 10 * kMillion);
  section.number("latches_max", router.latches_max, 1, 100 * kMillion);
  section.number("client_in_flight_commands_max", router.client_in_flight_commands_max, 1, 100 * kMillion);
  section.number("inbox_commands_max", router.inbox_commands_max, 1, 100 * kMillion);
  section.number("inbox_bytes_max", router.inbox_bytes_max, 64 * kMillion, kMillion * kMillion);
  section.number("answers_bytes_max", router.answers_bytes_max, 4096, std::uint64_t{4} << 20U);
  section.number("answer_messages_waiting_max", router.answer_messages_waiting_max, 1, kMillion);
  section.number("drain_timeout_ms", config.drain_timeout_ms, 0, 600'000);
  section.number("fetch_bytes_max", config.subscription.fetch_bytes_max, 4096, std::uint64_t{4} << 20U);
  section.number("consumer_flush_ms", config.consumer_flush_ms, 0, 60'000);
  section.number("events_waiting_max", config.events_waiting_max, 1, 100'000);
  section.number("fetch_timeout_ms", config.subscription.fetch_timeout_ms, 10, 600'000);
  check_message_fits(section, "queue_commands_max", router.queue_commands_max, router);
  check_message_fits(section, "inbox_commands_max", router.inbox_commands_max, router);
  check_message_fits(section, "client_in_flight_commands_max", router.client_in_flight_commands_max, router);
  section.finish();
}

void read_gateway(TomlSection section, Config& config) {
  GatewaySettings& gateway = config.gateway;
  std::string listen = "127.0.0.1:8000";
  section.text("listen", listen);
  if (const std::string wrong = read_listen(listen, gateway); !wrong.empty()) {
    section.fail("listen", wrong);
  }
  std::string hosts;
  section.text("hosts", hosts);
  gateway.hosts = split_names(hosts);
  section.number("connections_max", gateway.connections_max, 1, 100'000);
  section.number("header_bytes_max", gateway.header_bytes_max, 1024, kMillion);
  section.number("body_bytes_max", gateway.body_bytes_max, 1024, std::uint64_t{64} << 20U);
  section.number("requests_in_flight_max", gateway.requests_in_flight_max, 1, kMillion);
  section.number("idle_timeout_ms", gateway.idle_timeout_ms, 100, 600'000);
  section.number("request_timeout_ms", gateway.request_timeout_ms, 100, 600'000);
  section.number("outcome_timeout_ms", gateway.outcome_timeout_ms, 100, 600'000);
  section.number("query_timeout_ms", gateway.query_timeout_ms, 100, 600'000);
  section.finish();
}

void read_log(TomlSection section, Config& config) {
  std::string format = "auto";
  section.text("format", format);
  if (format == "text") {
    config.log.format = LogFormat::text;
  } else if (format == "json") {
    config.log.format = LogFormat::json;
  } else if (format != "auto") {
    section.fail("format", R"(must be "auto", "text" or "json")");
  }
  section.number("flow_lines_per_second_max", config.log.flow_lines_per_second_max, 0, kMillion);
  section.finish();
}

BootstrapWallet read_bootstrap_wallet(TomlSection& section) {
  std::string id;
  std::string currency;
  std::int64_t deposit_minor = 0;
  section.text("id", id);
  section.text("currency", currency);
  section.number("deposit_minor", deposit_minor, 0, static_cast<std::uint64_t>(kAmountMax.value()));
  section.finish();
  const auto known = Currency::parse(currency);
  if (!is_name(id)) {
    section.fail("id", "must be 1 to 64 characters of A-Z a-z 0-9 . _ : @ ~ -");
  }
  if (!known) {
    section.fail("currency", "must be an ISO 4217 code in capitals");
  }
  return {WalletId(id), *known, MinorUnits(deposit_minor)};
}

void read_bootstrap(TomlSection section, Config& config) {
  for (TomlSection& wallet : section.sections("wallets")) {
    config.bootstrap.push_back(read_bootstrap_wallet(wallet));
  }
  section.finish();
}

toml::table parse(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    throw ConfigError(fmt::format("there is no configuration at {}: name one with --config or FLORIN_CONFIG",
                                  file.string()));
  }
  if (std::filesystem::is_directory(file)) {  // which would read as an empty file
    throw ConfigError(fmt::format("{} is a directory: name the file in it", file.string()));
  }
  try {
    return toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    throw ConfigError(
        fmt::format("{}:{}: {}", file.string(), error.source().begin.line, error.description()));
  } catch (const std::invalid_argument& error) {
    throw ConfigError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace

Config load_config(const std::filesystem::path& file, const std::optional<std::filesystem::path>& data_dir,
                   Insecure insecure) {
  Config config;
  config.doors.insecure = insecure;
  config.file = file;
  const toml::table table = parse(file);
  TomlSection root(table, "", file);
  read_store(root.section("store"), config, data_dir);
  read_doors(root.section("doors"), config);
  read_endpoints(root.section("endpoints"), config);
  read_limits(root.section("limits"), config);
  read_gateway(root.section("gateway"), config);
  read_log(root.section("log"), config);
  read_bootstrap(root.section("bootstrap"), config);
  root.finish();
  return config;
}

}  // namespace florin
