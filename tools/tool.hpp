#pragma once

/// What every subcommand gets, and what each registers.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "runtime/config.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace florin {

/// Options that stand before or behind any subcommand.
struct CommonOptions {
  std::string config_file;
  std::string data_dir;
  bool json = false;
  bool insecure = false;

  /// Reads the configuration these options name, and the keys that it names for tools, where it has doors
  /// over TCP. Throws ConfigError and AccessError.
  [[nodiscard]] Config load() const;
  /// For who needs other keys, or none.
  [[nodiscard]] Config load_without_keys() const;
};

/// What the chosen subcommand does; gives the exit code.
using Action = std::function<int()>;

/// Each adds its subcommands to the application and sets `action` where one of them is chosen.
void add_processes(CLI::App& app, const CommonOptions& common, Action& action);
void add_submit(CLI::App& app, const CommonOptions& common, Action& action);
void add_generate(CLI::App& app, const CommonOptions& common, Action& action);
void add_bench(CLI::App& app, const CommonOptions& common, Action& action);
void add_tail(CLI::App& app, const CommonOptions& common, Action& action);
void add_wallets(CLI::App& app, const CommonOptions& common, Action& action);
void add_accounting(CLI::App& app, const CommonOptions& common, Action& action);
void add_dead_letters(CLI::App& app, const CommonOptions& common, Action& action);
void add_keygen(CLI::App& app, const CommonOptions& common, Action& action);
void add_token(CLI::App& app, const CommonOptions& common, Action& action);
void add_replay(CLI::App& app, const CommonOptions& common, Action& action);
void add_verify(CLI::App& app, const CommonOptions& common, Action& action);
void add_backup(CLI::App& app, const CommonOptions& common, Action& action);
void add_reshard(CLI::App& app, const CommonOptions& common, Action& action);
void add_status(CLI::App& app, const CommonOptions& common, Action& action);
void add_health(CLI::App& app, const CommonOptions& common, Action& action);

/// `0.1.0 (abc1234)`.
[[nodiscard]] std::string version_text();

/// Parses the command line, does what it says, and gives the exit code.
[[nodiscard]] int run_cli(int argc, char** argv);

}  // namespace florin
