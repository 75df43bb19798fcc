#pragma once

/// Real florin processes on a data directory of their own: started, asked, stopped and killed.
///
///     FlorinNode node(FLORIN_BINARY);
///     node.start();
///     CHECK(node.cli({"balance", "100"}).exit_code == 0);
///     CHECK(node.stop() == 0);

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/config.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {

/// Lines of a configuration, by section. Wallets 100, 101 and 102 are opened with 1000, 500 and 0 EUR.
struct NodeConfig {
  std::uint16_t shards = 2;
  /// Few, so that rows are written back and ids merged in tests too.
  std::uint32_t refold_entries_max = 100;
  std::string store = {};
  std::string endpoints = {};
  std::string limits = {};
  std::string doors = {};
  std::string bootstrap = R"(wallets = [
  { id = "100", currency = "EUR", deposit_minor = 100000 },
  { id = "101", currency = "EUR", deposit_minor = 50000 },
  { id = "102", currency = "EUR" },
])";
  /// Off, because tests that run side by side would take each other's port.
  std::string gateway = R"(listen = "off")";
};

class FlorinNode {
 public:
  /// `binary` is the florin that answers on the command line, and runs where `start` names no other.
  explicit FlorinNode(std::string binary, const NodeConfig& settings = {});

  /// Starts `run` and waits until every shard is ready and the wallets are there.
  void start();
  /// The same with another program, or with something in its environment.
  void start(const std::string& runner, const Environment& environment = {});
  /// Does not wait: the process may have ended already.
  void launch(const std::string& runner, const Environment& environment = {});
  /// Waits until accounting and the dead-letter sink hold all that was decided and refused so far. Throws
  /// where the books do not agree.
  void wait_for_consumers() const;
  /// Asks it to end, and waits. Its exit code.
  int stop();
  /// SIGKILL.
  void kill();
  [[nodiscard]] ChildProcess& process() { return *process_; }

  /// `florin --config ... <arguments>`, to its end.
  [[nodiscard]] ProgramResult cli(const Arguments& arguments) const;
  /// The same with --json. Throws unless it ends with `exit_code` and every line is JSON.
  [[nodiscard]] std::vector<nlohmann::json> cli_lines(const Arguments& arguments, int exit_code = 0) const;
  /// The same for exactly one line.
  [[nodiscard]] nlohmann::json cli_json(const Arguments& arguments, int exit_code = 0) const;
  /// The command line of `cli`, for a process of its own.
  [[nodiscard]] Arguments command(const Arguments& arguments) const;

  /// A file beside the configuration.
  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return directory_ / name; }
  [[nodiscard]] std::filesystem::path config_file() const { return file("florin.toml"); }
  [[nodiscard]] std::filesystem::path data_dir() const { return file("data"); }
  /// With the keys that it names.
  [[nodiscard]] Config config() const;
  [[nodiscard]] std::string front() const { return config().endpoints.front; }

 private:
  void wait_until_ready();

  const std::string binary_;
  const bool bootstraps_;
  TempDir directory_;
  int starts_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

/// Whether every shard has told the router that it is ready, and says itself that it serves.
[[nodiscard]] bool all_shards_ready(const Config& config);

/// A port that nobody has, and that no other test takes.
[[nodiscard]] std::uint16_t free_port();
/// As many of them, no two alike.
[[nodiscard]] std::vector<std::uint16_t> free_ports(std::size_t count);

}  // namespace florin::test
