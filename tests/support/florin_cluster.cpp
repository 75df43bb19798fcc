#include "tests/support/florin_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "client/query_client.hpp"
#include "tests/support/eventually.hpp"

namespace florin::test {

namespace {

constexpr std::string_view kWorker = "worker ";
constexpr std::string_view kPlacedWorker = "worker:";

/// Whether whoever stands at a door answers.
bool answers(const std::string& endpoint) {
  QueryClient client(500);
  return client.ask(endpoint, QueryKind::status, "\x90").has_value();
}

bool all_answer(const Config& config) {
  const Endpoints& doors = config.endpoints;
  for (std::uint16_t i = 0; i < config.shards; ++i) {
    if (!answers(Endpoints::of_shard(doors.shard_query, ShardIndex(i)))) {
      return false;
    }
  }
  return answers(doors.router_query) && answers(doors.accounting_query) && answers(doors.dead_letter_query);
}

}  // namespace

FlorinCluster::FlorinCluster(std::string binary, const NodeConfig& settings,
                             const std::vector<std::string>& workers)
    : node_(binary, settings), binary_(std::move(binary)), worker_binary_(binary_), parts_{"router"} {
  for (const std::string& shards : workers) {
    parts_.push_back(shards.starts_with(':') ? "worker" + shards : std::string(kWorker) + shards);
  }
  parts_.insert(parts_.end(), {"accounting", "dead-letter"});
}

void FlorinCluster::start() {
  for (const std::string& part : parts_) {
    launch(part);
  }
  wait_until_ready();
}

void FlorinCluster::launch(const std::string& part) {
  Arguments arguments{binary_, "--config", node_.config_file().string()};
  if (part.starts_with(kWorker)) {
    arguments.insert(arguments.end(), {"worker", "--shards", part.substr(kWorker.size())});
  } else if (part.starts_with(kPlacedWorker)) {
    arguments.front() = worker_binary_;
    arguments.emplace_back("worker");
  } else {
    arguments.push_back(part);
  }
  ++launches_;
  processes_[part] = std::make_unique<ChildProcess>(arguments, node_.file(fmt::format("out.{}", launches_)),
                                                    node_.file(fmt::format("err.{}", launches_)));
}

void FlorinCluster::wait_until_ready() {
  const Config config = node_.config();
  constexpr std::string_view kBootstrapped = R"("who":"bootstrap","event":"ready")";
  const bool ready = eventually([&] {
    for (const auto& [part, process] : processes_) {
      if (!process->is_running()) {
        throw std::runtime_error(fmt::format("{} ended with {}: {}", part, process->wait(), process->err()));
      }
    }
    return process("router").err().find(kBootstrapped) != std::string::npos && all_answer(config) &&
           all_shards_ready(config);
  });
  if (!ready) {
    throw std::runtime_error("the parts do not get ready: " + process("router").err());
  }
}

int FlorinCluster::stop(const std::string& part) {
  process(part).send_signal(SIGTERM);
  return process(part).wait();
}

void FlorinCluster::kill(const std::string& part) {
  process(part).send_signal(SIGKILL);
  process(part).wait();
}

bool FlorinCluster::stop_all() {
  for (const auto& [part, process] : processes_) {
    process->send_signal(SIGTERM);
  }
  return std::all_of(processes_.begin(), processes_.end(),
                     [](const auto& part) { return part.second->wait() == 0; });
}

}  // namespace florin::test
