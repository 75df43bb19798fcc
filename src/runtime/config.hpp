#pragma once

/// The configuration: one TOML file for all roles. config/florin.toml explains each key.
///
/// Strict: an unknown key, a value of another type or out of its range is an error that names the key, the
/// file and what would be right.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "logic/router_logic.hpp"
#include "logic/subscription.hpp"
#include "runtime/doors.hpp"
#include "runtime/endpoint.hpp"
#include "runtime/gateway_settings.hpp"
#include "storage/lmdb.hpp"
#include "storage/write_back_shard.hpp"

namespace florin {

class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class LogFormat : std::uint8_t { automatic, text, json };

struct LogSettings {
  LogFormat format = LogFormat::automatic;  ///< automatic: text on a terminal, JSON lines otherwise
  std::uint32_t flow_lines_per_second_max = 100;
};

/// A wallet that is opened and funded when the node starts; harmless when it was before.
struct BootstrapWallet {
  WalletId wallet;
  Currency currency;
  MinorUnits deposit;
};

struct Config {
  std::filesystem::path file;
  std::filesystem::path data_dir;
  std::filesystem::path run_dir;  ///< the sockets' directory
  std::uint16_t shards = 4;
  lmdb::EnvOptions env;
  WriteBackLimits write_back;
  Endpoints endpoints;
  DoorSettings doors;
  RouterLimits router;
  SubscriptionSettings subscription;
  /// How long a consumer waits for more before it commits what it took; where none comes, a tenth of it.
  std::uint32_t consumer_flush_ms = 100;
  int events_waiting_max = 256;  ///< per shard and subscriber; more are dropped and fetched by those who care
  std::uint32_t fault_retry_min_ms = 50;
  std::uint32_t fault_retry_max_ms = 5000;
  std::uint32_t drain_timeout_ms = 5000;  ///< how long what was taken may take to be answered at the end
  /// A worker that was stopped for longer ends before it commits anything.
  std::uint32_t lease_ms = 10'000;
  std::uint32_t hang_timeout_ms = 10'000;         ///< of a shard's thread, until its worker ends itself
  std::uint32_t commit_hang_timeout_ms = 60'000;  ///< the same while it is with the disk
  GatewaySettings gateway;
  LogSettings log;
  std::vector<BootstrapWallet> bootstrap;
};

/// Reads `file`. A relative data_dir is relative to the file's own folder; `data_dir`, if given, goes before
/// what the file says and is relative to the working directory. Throws ConfigError. The files of keys that it
/// names are not read.
[[nodiscard]] Config load_config(const std::filesystem::path& file,
                                 const std::optional<std::filesystem::path>& data_dir = std::nullopt,
                                 Insecure insecure = Insecure::no);

}  // namespace florin
