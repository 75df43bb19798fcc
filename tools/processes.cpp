/// `florin run` and its parts, each in a process of its own: they run until a signal ends them.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <ctime>
#include <memory>

#include "actors/node.hpp"
#include "storage/fault.hpp"
#include "tools/exit_codes.hpp"
#include "tools/parse_shards.hpp"
#include "tools/run_node.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

/// SIGINT and SIGTERM are taken by the main thread alone; the actors' threads inherit the blocked mask.
/// SIGPIPE and SIGXFSZ must come back as errors of the call, not end the process.
sigset_t block_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return ending;
}

/// Sockets, pipes and store files: about twenty for each shard. Takes what the system allows, and says so
/// where that is too little.
void raise_file_limit(const Config& config, const Roles& roles) {
  constexpr rlim_t kFixed = 128;
  constexpr rlim_t kPerShard = 24;
  const std::size_t connections =
      roles.gateway && config.gateway.enabled ? config.gateway.connections_max : 0;
  const rlim_t needed = kFixed + kPerShard * config.shards + connections;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < needed) {
    refuse_store(fmt::format(
        "{} shards and {} HTTP connections need {} open files, the system allows {}: raise it (ulimit "
        "-Hn, or LimitNOFILE in the service) or lower gateway.connections_max",
        config.shards, connections, needed, limit.rlim_max));
  }
  limit.rlim_cur = std::max(limit.rlim_cur, needed);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

struct ProcessOptions {
  std::string log_format;
  std::string shards;  ///< of a worker
  std::string http_listen;
  bool no_http = false;
  std::string name_by = "process";
};

void choose_http_door(const ProcessOptions& options, Config& config) {
  if (options.no_http) {
    config.gateway.enabled = false;
  } else if (!options.http_listen.empty()) {
    if (const std::string wrong = read_listen(options.http_listen, config.gateway); !wrong.empty()) {
      throw ConfigError(fmt::format("--http-listen {}", wrong));
    }
  }
}

/// Which parts the process hosts, once the configuration is known.
using RolesOf = std::function<Roles(const Config&, const ProcessOptions&)>;

void add_process(CLI::App& app, const CommonOptions& common, Action& action, const std::string& name,
                 const std::string& description, const RolesOf& roles_of) {
  CLI::App* command = app.add_subcommand(name, description);
  auto options = std::make_shared<ProcessOptions>();
  command->add_option("--log", options->log_format, "log as text or json, instead of the configuration's")
      ->check(CLI::IsMember({"text", "json"}));
  command
      ->add_option("--name-by", options->name_by,
                   "what tells it apart in logs and status: its process or its host")
      ->check(CLI::IsMember({"process", "host"}))
      ->capture_default_str();
  if (name == "worker") {
    command->add_option("--shards", options->shards,
                        "just these, for as long as it runs: 0,1 or 0-3; without it the router says which");
  }
  if (name == "run" || name == "gateway") {
    command->add_option("--http-listen", options->http_listen,
                        "address and port of the HTTP door, instead of the configuration's (port 0: any)");
  }
  if (name == "run") {
    command->add_flag("--no-http", options->no_http, "without the HTTP door");
  }
  command->footer("\nEnds with 0 on SIGINT and SIGTERM, once what it has taken is answered.");
  command->callback([&common, &action, roles_of, options] {
    action = [&common, roles_of, options] {
      Config config = common.load_without_keys();
      if (!options->log_format.empty()) {
        config.log.format = options->log_format == "text" ? LogFormat::text : LogFormat::json;
      }
      choose_http_door(*options, config);
      Roles roles = roles_of(config, *options);
      roles.name_by = options->name_by == "host" ? NameBy::host : NameBy::process;
      return run_node(config, roles, nullptr);
    };
  });
}

}  // namespace

int run_node(Config config, const Roles& roles, const StoreDecorator& decorate) {
  load_node_keys(config.doors);
  const sigset_t ending = block_signals();
  raise_file_limit(config, roles);
  Log log(config.log);
  Node node(config, roles, log, decorate);
  constexpr timespec kSecond{1, 0};
  while (sigtimedwait(&ending, nullptr, &kSecond) < 0 && !node.failed()) {
    node.tick();
  }
  node.stop();
  return kExitOk;
}

void add_processes(CLI::App& app, const CommonOptions& common, Action& action) {
  add_process(app, common, action, "run", "start everything in one process",
              [](const Config& config, const ProcessOptions&) { return all_roles(config.shards); });
  add_process(
      app, common, action, "router", "start the router alone",
      [](const Config&, const ProcessOptions&) { return Roles{.program = "router", .router = true}; });
  add_process(app, common, action, "worker", "start a worker, which shares the shards with the others",
              [](const Config& config, const ProcessOptions& options) {
                if (options.shards.empty()) {
                  return Roles{.program = "worker", .placed_shards = true};
                }
                return Roles{.program = "worker", .shards = parse_shards(options.shards, config.shards)};
              });
  add_process(app, common, action, "accounting", "start accounting alone",
              [](const Config&, const ProcessOptions&) {
                return Roles{.program = "accounting", .accounting = true};
              });
  add_process(app, common, action, "dead-letter", "start the dead-letter sink alone",
              [](const Config&, const ProcessOptions&) {
                return Roles{.program = "dead-letter", .dead_letter = true};
              });
  add_process(app, common, action, "gateway", "start the HTTP gateway alone",
              [](const Config& config, const ProcessOptions&) {
                if (!config.gateway.enabled) {
                  throw ConfigError("gateway.listen is off: name an address with --http-listen");
                }
                return Roles{.program = "gateway", .gateway = true};
              });
}

}  // namespace florin
