#pragma once

/// The parts of one florin, each in a process of its own: started, stopped and killed one by one.
///
///     FlorinCluster cluster(FLORIN_BINARY);
///     cluster.start();
///     cluster.kill("worker 1");
///     cluster.launch("worker 1");
///
/// A part is named as its subcommand, a worker with its shards: `router`, `worker 0`, `worker 1-2`,
/// `accounting`, `dead-letter`; one that holds what the router tells it, with a name: `worker:a`.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/florin_process.hpp"

namespace florin::test {

class FlorinCluster {
 public:
  /// A worker for each of `workers`, which are texts for --shards, or names with a colon before them.
  explicit FlorinCluster(std::string binary, const NodeConfig& settings = {},
                         const std::vector<std::string>& workers = {"0", "1"});

  /// All parts, the router first.
  [[nodiscard]] const std::vector<std::string>& parts() const { return parts_; }

  /// Launches every part and waits until they serve.
  void start();
  void launch(const std::string& part);
  /// Until every part answers, every shard is ready and the wallets are there.
  void wait_until_ready();
  /// Asks a part to end, and waits. Its exit code.
  int stop(const std::string& part);
  void kill(const std::string& part);
  /// Asks all to end at once. Whether each ended with 0.
  [[nodiscard]] bool stop_all();

  /// Forgets a part that has ended.
  void forget(const std::string& part) { processes_.erase(part); }
  /// The program that plays the workers from now on.
  void play_workers(std::string binary) { worker_binary_ = std::move(binary); }

  [[nodiscard]] ChildProcess& process(const std::string& part) { return *processes_.at(part); }
  /// For its command line and its configuration; it is not started.
  [[nodiscard]] const FlorinNode& node() const { return node_; }
  [[nodiscard]] std::string front() const { return node_.front(); }

 private:
  FlorinNode node_;
  const std::string binary_;
  std::string worker_binary_;
  std::vector<std::string> parts_;
  int launches_ = 0;
  std::map<std::string, std::unique_ptr<ChildProcess>> processes_;
};

}  // namespace florin::test
