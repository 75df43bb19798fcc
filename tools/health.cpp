/// `florin health`: whether a part of this machine, or of this container, is well. For whoever watches
/// processes.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "client/query_client.hpp"
#include "runtime/process_name.hpp"
#include "tools/exit_codes.hpp"
#include "tools/part_health.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHealthExamples = R"(
Examples:
  florin health                 everything, as `florin run` has it
  florin health worker          the workers that run here: one without shards is well, too
  florin health router --timeout-ms 500

It asks the doors alone and opens no store, so it disturbs nothing that starts meanwhile. Ends with 0 where all that was
asked is well, else with 1 and a line for each that is not.
)";

struct HealthOptions {
  std::string part = "all";
  std::uint32_t timeout_ms = 3000;
};

/// A door, and what to make of the status that is told there.
struct Asked {
  std::string who;
  std::string endpoint;
  std::string (*why_unwell)(const Json&);
  bool has_shards = false;  ///< those that it serves are asked, too
};

void add_shards(std::vector<Asked>& asked, const Config& config) {
  for (std::uint16_t i = 0; i < config.shards; ++i) {
    asked.push_back({fmt::format("shard {}", i),
                     Endpoints::of_shard(config.endpoints.shard_query, ShardIndex(i)), why_shard_is_unwell});
  }
}

void add_workers(std::vector<Asked>& asked, const Config& config) {
  for (const std::string& name : processes_here(config.run_dir, "worker")) {
    asked.push_back({name, process_door(config.run_dir, name), why_worker_is_unwell, true});
  }
}

std::vector<Asked> doors_of(const std::string& part, const Config& config) {
  const bool all = part == "all";
  std::vector<Asked> asked;
  if (all || part == "router") {
    asked.push_back({"router", config.endpoints.router_query, why_router_is_unwell});
  }
  if (all) {
    add_shards(asked, config);
  }
  if (part == "worker") {
    add_workers(asked, config);
  }
  if (all || part == "accounting") {
    asked.push_back({"accounting", config.endpoints.accounting_query, why_consumer_is_unwell});
  }
  if (all || part == "dead-letter") {
    asked.push_back({"dead-letter", config.endpoints.dead_letter_query, why_consumer_is_unwell});
  }
  return asked;
}

/// An object, or why there is none.
Result<Json> ask_status(QueryClient& client, const std::string& endpoint) {
  const auto payload = client.ask(endpoint, QueryKind::status, "\x90");
  if (!payload) {
    return tl::make_unexpected(payload.error());
  }
  Json status = Json::from_msgpack(*payload, true, false);
  return status.is_object() ? Result<Json>(std::move(status))
                            : problem(Code::malformed, "its status cannot be read");
}

/// The shard's own word, which knows of its disk. One that has moved on meanwhile is another worker's.
std::string why_its_shard_is_unwell(QueryClient& client, const Config& config, ShardIndex shard,
                                    const Json& worker) {
  const auto status = ask_status(client, Endpoints::of_shard(config.endpoints.shard_query, shard));
  if (!status) {
    return fmt::format("shard {}: {}", shard.value(), status.error().detail);
  }
  return (*status)["worker"] == worker["process"] ? why_shard_is_unwell(*status) : "";
}

std::string why_unwell(QueryClient& client, const Config& config, const Asked& asked) {
  const auto status = ask_status(client, asked.endpoint);
  if (!status) {
    return status.error().detail;
  }
  std::string why = asked.why_unwell(*status);
  if (!asked.has_shards) {
    return why;
  }
  for (std::uint16_t i = 0; i < config.shards && why.empty(); ++i) {
    if (says_it_serves(*status, i)) {
      why = why_its_shard_is_unwell(client, config, ShardIndex(i), *status);
    }
  }
  return why;
}

int health(const CommonOptions& common, const HealthOptions& options) {
  const Config config = common.load();
  const std::vector<Asked> asked = doors_of(options.part, config);
  if (asked.empty()) {
    print_line(fmt::format("no worker runs on {} with {}", host_name(), config.run_dir.string()));
    return kExitFault;
  }
  QueryClient client(options.timeout_ms, config.doors.client);
  bool well = true;
  for (const Asked& one : asked) {
    const std::string why = why_unwell(client, config, one);
    well = well && why.empty();
    if (common.json) {
      print_line(to_line({{"who", one.who}, {"well", why.empty()}, {"why", why}}));
    } else {
      print_line(fmt::format("{}: {}", one.who, why.empty() ? "well" : escape_bytes(why)));
    }
  }
  return well ? kExitOk : kExitFault;
}

}  // namespace

void add_health(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<HealthOptions>();
  CLI::App* command = app.add_subcommand("health", "say whether a part is well, for who watches it");
  command->add_option("part", options->part, "router, worker, accounting, dead-letter, or all")
      ->check(CLI::IsMember({"all", "router", "worker", "accounting", "dead-letter"}))
      ->capture_default_str();
  command->add_option("--timeout-ms", options->timeout_ms, "how long each door may take to answer")
      ->check(CLI::Range(1, 60'000))
      ->capture_default_str();
  command->footer(std::string(kHealthExamples));
  command->callback(
      [&common, &action, options] { action = [&common, options] { return health(common, *options); }; });
}

}  // namespace florin
