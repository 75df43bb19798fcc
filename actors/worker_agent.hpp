#pragma once

/// The control thread of a worker: says ALIVE to the router, starts and stops shards as it is told, and ends
/// the process where it must not go on.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/agent.hpp"
#include "actors/hosted_shard.hpp"
#include "actors/worker_door.hpp"
#include "base/every.hpp"
#include "logic/worker_logic.hpp"
#include "transport/socket.hpp"

namespace florin {

class WorkerAgent : public Agent {
 public:
  WorkerAgent(const Process& process, StoreDecorator decorate);

  [[nodiscard]] std::string name() const override { return "worker"; }
  void round(int timeout_ms) override;
  /// Lets go of all shards, one after the other as the router says, or of all where it says nothing.
  [[nodiscard]] bool drain_round(int timeout_ms) override;

 private:
  void read_placements();
  void read_reports();
  void carry_out(const WorkerEffects& effects);
  void end_process(const char* why);

  const Process& process_;
  const StoreDecorator decorate_;
  Lease lease_;
  WorkerLogic logic_;
  zmq::socket_t backend_;
  WorkerDoor door_;
  bool leaving_ = false;
  std::map<ShardIndex, std::unique_ptr<HostedShard>> shards_;
};

/// Says ALIVE for shards that the process holds whatever the router says: `florin run`, `worker --shards`.
class PinnedAgent : public Agent {
 public:
  PinnedAgent(const Process& process, const std::vector<ShardIndex>& shards);

  [[nodiscard]] std::string name() const override { return "worker"; }
  void round(int timeout_ms) override;

 private:
  const std::string alive_;
  Every said_;
  zmq::socket_t backend_;
  WorkerDoor door_;
};

}  // namespace florin
