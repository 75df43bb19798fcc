#include <fmt/format.h>
#include <sodium.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>

#include "access/list_file.hpp"
#include "florin_version.hpp"
#include "storage/fault.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

constexpr std::string_view kFooter = R"(
Examples:
  florin run                              start router, shards, accounting and dead-letter sink
  florin worker --shards 0,1              start two of the shards in a process of their own
  florin generate 10                      send ten random transactions
  florin submit deposit 101 12.50 EUR     send one
  florin balance 101                      what a wallet holds
  florin history 101                      what happened to it, newest first
  florin statement 101                    the movements of its money
  florin dead-letters list                what failed, and why
  florin verify                           prove that the books balance
  florin backup /srv/backups/monday       copy everything, while it runs

Exit codes: 0 done; 1 a fault, or nobody answered; 2 wrong usage or configuration; 3 the books do not agree, or a backup is damaged;
4 the transaction was refused, or what was asked for does not exist.
)";

std::string default_config() {
  const char* given = std::getenv("FLORIN_CONFIG");
  return given != nullptr && *given != '\0' ? given : "config/florin.toml";
}

void add_common(CLI::App& app, CommonOptions& common) {
  common.config_file = default_config();
  app.add_option("-c,--config", common.config_file, "configuration file (also FLORIN_CONFIG)")
      ->capture_default_str();
  app.add_option("--data-dir", common.data_dir, "data directory, instead of the configuration's");
  app.add_flag("--json", common.json, "print JSON, one object a line");
  app.add_flag("--insecure", common.insecure, "take doors beyond loopback without keys");
}

int act(const Action& action) {
  try {
    return action();
  } catch (const ConfigError& error) {
    print_error(error.what());
    return kExitUsage;
  } catch (const AccessError& error) {
    print_error(error.what());
    return kExitUsage;
  } catch (const std::exception& error) {
    print_error(error.what());
    return kExitFault;
  }
}

}  // namespace

std::string version_text() {
  return fmt::format("{} ({})", kVersion, kCommit);
}

Config CommonOptions::load_without_keys() const {
  return load_config(config_file,
                     data_dir.empty() ? std::nullopt : std::optional<std::filesystem::path>(data_dir),
                     insecure ? Insecure::yes : Insecure::no);
}

Config CommonOptions::load() const {
  Config config = load_without_keys();
  if (config.endpoints.any_tcp()) {
    load_tool_keys(config.doors);
  }
  return config;
}

int run_cli(int argc, char** argv) {
  if (sodium_init() < 0) {
    print_error("the system has no source of randomness");
    return kExitFault;
  }
  CLI::App app("Florin: applies payment notifications to wallets, exactly once and in order.", "florin");
  app.set_version_flag("--version", "florin " + version_text());
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(std::string(kFooter));
  CommonOptions common;
  Action action;
  add_common(app, common);
  for (const auto add : {add_processes, add_generate, add_bench, add_submit, add_tail, add_wallets,
                         add_accounting, add_dead_letters, add_keygen, add_token, add_replay, add_verify,
                         add_backup, add_reshard, add_status, add_health}) {
    add(app, common, action);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return act(action);
}

}  // namespace florin
