#pragma once

/// `florin run`: every part as threads of one process, wired from the configuration.

#include <functional>
#include <memory>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "actors/agent.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"
#include "storage/data_directory.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// Wraps the store of a shard. Tests plant faults here; production takes the store as it is.
using StoreDecorator = std::function<std::unique_ptr<ShardStore>(std::unique_ptr<ShardStore>)>;

class Node {
 public:
  /// Takes the locks, opens every store and starts the threads. Throws StoreFault (refused) where that cannot
  /// be done, with nothing left running.
  Node(const Config& config, Log& log, const StoreDecorator& decorate = nullptr);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Once a second, by the main thread.
  void tick();
  [[nodiscard]] bool failed() const;
  /// Ends all threads; rethrows what made one fail.
  void stop();

 private:
  struct Shard;
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// 16 random bytes from the system.
[[nodiscard]] Id128 random_id();

}  // namespace florin
