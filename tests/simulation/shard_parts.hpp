#pragma once

/// A shard in a worker's process: its thread, its store, and its query door.

#include <memory>

#include "logic/shard_logic.hpp"
#include "tests/simulation/processes.hpp"
#include "tests/simulation/query_actor.hpp"
#include "tests/simulation/world.hpp"

namespace florin::sim {

class ShardActor : public Actor {
 public:
  ShardActor(World& world, Process& process, ShardIndex shard, ShardStore& store);

  /// Takes no more, and decides what it has.
  void ask_to_stop();
  [[nodiscard]] bool has_stopped() const { return stopped_; }

 protected:
  void round() override;

 private:
  void carry_out(const ShardEffects& effects);
  void tell(const std::string& message);
  void publish_head();

  World& world_;
  const ShardIndex shard_;
  FlowObserver observer_;
  ShardLogic logic_;
  Plug backend_;
  Door events_;
  TimeUs head_due_;
  bool stopping_ = false;
  bool stopped_ = false;
};

struct ShardParts {
  /// `guard` stands between the logic and the store, where there is one.
  ShardParts(World& world, Process& process, ShardIndex shard, const Decorate<ShardStore>& guard = {});

  std::unique_ptr<ShardStore> store;
  ShardActor actor;
  QueryActor queries;
};

}  // namespace florin::sim
