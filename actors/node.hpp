#pragma once

/// One process of Florin: the parts that its roles name, as threads, wired from the configuration. `florin
/// run` hosts all of them, `florin worker` some shards, and so on. They find each other at the doors of the
/// configuration, so it makes no difference to a part which of the others live in the same process.

#include <memory>

#include "actors/parts.hpp"
#include "actors/roles.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"

namespace florin {

class Node {
 public:
  /// Takes the locks, opens every store and starts the threads. Makes the data directory where there is none.
  /// Throws StoreFault (refused) where that cannot be done, with nothing left running and no door opened.
  Node(const Config& config, const Roles& roles, Log& log, const StoreDecorator& decorate = nullptr);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Once a second, by the main thread.
  void tick();
  [[nodiscard]] bool failed() const;
  /// Brings what was taken to its end, within the configured time, and ends all threads; rethrows what made
  /// one fail.
  void stop();

 private:
  struct Hosted;
  std::unique_ptr<Hosted> hosted_;
};

/// 16 random bytes from the system.
[[nodiscard]] Id128 random_id();

}  // namespace florin
