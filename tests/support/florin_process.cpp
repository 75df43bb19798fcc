#include "tests/support/florin_process.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <sstream>
#include <stdexcept>

#include "client/query_client.hpp"
#include "tests/support/eventually.hpp"

namespace florin::test {

namespace {

std::string toml(const NodeConfig& settings) {
  return fmt::format(
      "[store]\ndata_dir = \"data\"\nshards = {}\nrefold_entries_max = "
      "{}\n{}\n[endpoints]\n{}\n[limits]\n{}\n[bootstrap]\n{}\n[doors]\n{}\n[gateway]\n{}\n",
      settings.shards, settings.refold_entries_max, settings.store, settings.endpoints, settings.limits,
      settings.bootstrap, settings.doors, settings.gateway);
}

/// Whether somebody could listen there, on every address.
bool is_free(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  const bool free = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(fd);
  return free;
}

}  // namespace

FlorinNode::FlorinNode(std::string binary, const NodeConfig& settings)
    : binary_(std::move(binary)), bootstraps_(!settings.bootstrap.empty()) {
  write_file(config_file(), toml(settings));
}

void FlorinNode::start() {
  start(binary_);
}

void FlorinNode::start(const std::string& runner, const Environment& environment) {
  launch(runner, environment);
  wait_until_ready();
}

void FlorinNode::launch(const std::string& runner, const Environment& environment) {
  ++starts_;
  process_ = std::make_unique<ChildProcess>(Arguments{runner, "--config", config_file().string(), "run"},
                                            file(fmt::format("out.{}", starts_)),
                                            file(fmt::format("err.{}", starts_)), environment);
}

void FlorinNode::wait_until_ready() {
  const Config settings = config();
  const bool ready = eventually([&] {
    if (!process_->is_running()) {
      throw std::runtime_error(fmt::format("florin ended with {}: {}", process_->wait(), process_->err()));
    }
    constexpr std::string_view kBootstrapped = R"("who":"bootstrap","event":"ready")";
    return (!bootstraps_ || process_->err().find(kBootstrapped) != std::string::npos) &&
           all_shards_ready(settings);
  });
  if (!ready) {
    throw std::runtime_error("florin does not get ready: " + process_->err());
  }
}

void FlorinNode::wait_for_consumers() const {
  nlohmann::json notes;
  // Verify notes who is behind: of the journals, and of the messages that the router refused.
  const bool followed = eventually([&] {
    notes = cli_json({"verify"})["notes"];
    return notes.empty();
  });
  if (!followed) {
    throw std::runtime_error("the consumers do not follow: " + notes.dump());
  }
}

int FlorinNode::stop() {
  process_->send_signal(SIGTERM);
  const int code = process_->wait();
  if (code != 0) {
    fmt::print(stderr, "florin ended with {}: {}", code, process_->err());  // shown where a test fails
  }
  return code;
}

void FlorinNode::kill() {
  process_->send_signal(SIGKILL);
  process_->wait();
}

Arguments FlorinNode::command(const Arguments& arguments) const {
  Arguments all{binary_, "--config", config_file().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return all;
}

ProgramResult FlorinNode::cli(const Arguments& arguments) const {
  return run_program(command(arguments));
}

std::vector<nlohmann::json> FlorinNode::cli_lines(const Arguments& arguments, int exit_code) const {
  Arguments with_json{"--json"};
  with_json.insert(with_json.end(), arguments.begin(), arguments.end());
  const ProgramResult result = cli(with_json);
  if (result.exit_code != exit_code) {
    throw std::runtime_error(fmt::format("florin {} ended with {}, not {}: {}{}", fmt::join(arguments, " "),
                                         result.exit_code, exit_code, result.out, result.err));
  }
  std::vector<nlohmann::json> lines;
  std::istringstream stream(result.out);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line));
  }
  return lines;
}

nlohmann::json FlorinNode::cli_json(const Arguments& arguments, int exit_code) const {
  auto lines = cli_lines(arguments, exit_code);
  if (lines.size() != 1) {
    throw std::runtime_error(
        fmt::format("florin {} wrote {} lines, not one", fmt::join(arguments, " "), lines.size()));
  }
  return lines.front();
}

Config FlorinNode::config() const {
  Config config = load_config(config_file());
  load_tool_keys(config.doors);
  return config;
}

bool all_shards_ready(const Config& config) {
  QueryClient client(500, config.doors.client);
  const auto status_at = [&](const std::string& door) {
    const auto payload = client.ask(door, QueryKind::status, "\x90");
    return payload ? nlohmann::json::from_msgpack(*payload) : nlohmann::json::object();
  };
  const auto router = status_at(config.endpoints.router_query);
  // Before its first round the router knows of no shard.
  if (!router.contains("shards") || router["shards"].size() != config.shards) {
    return false;
  }
  for (std::uint16_t i = 0; i < config.shards; ++i) {
    const auto shard = status_at(Endpoints::of_shard(config.endpoints.shard_query, ShardIndex(i)));
    if (!router["shards"][i].at("ready").get<bool>() || shard.value("phase", "") != "serving") {
      return false;
    }
  }
  return true;
}

std::uint16_t free_port() {
  return free_ports(1).front();
}

/// Each process has a place of its own for them, below the ports that systems give out by themselves. So what
/// runs beside it takes none between now and when a node listens there, which may be seconds.
std::vector<std::uint16_t> free_ports(std::size_t count) {
  constexpr int kFirst = 10'000;
  constexpr int kEnd = 30'000;
  constexpr int kOfProcess = 32;
  constexpr int kPlaces = (kEnd - kFirst) / kOfProcess;
  static int next = kFirst + ::getpid() % kPlaces * kOfProcess;
  std::vector<std::uint16_t> ports;
  for (int tried = kFirst; tried < kEnd && ports.size() < count; ++tried) {
    const auto port = static_cast<std::uint16_t>(next);
    next = next + 1 < kEnd ? next + 1 : kFirst;
    if (is_free(port)) {
      ports.push_back(port);
    }
  }
  if (ports.size() != count) {
    throw std::runtime_error("too few ports are free");
  }
  return ports;
}

}  // namespace florin::test
