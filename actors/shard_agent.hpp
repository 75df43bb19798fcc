#pragma once

/// A shard actor: takes work from the router, commits, publishes, answers.

#include <string>

#include "actors/agent.hpp"
#include "actors/shared_status.hpp"
#include "base/every.hpp"
#include "logic/shard_logic.hpp"
#include "runtime/config.hpp"
#include "transport/socket.hpp"

namespace florin {

class ShardAgent : public Agent {
 public:
  ShardAgent(zmq::context_t& context, const Config& config, ShardStore& store, const ShardSettings& settings,
             SharedStatus<ShardStatus>& status, FlowObserver& observer);

  [[nodiscard]] std::string name() const override;
  void round(int timeout_ms) override;
  /// Decides what it has taken. What it cannot decide now the router sends to the next owner.
  [[nodiscard]] bool drain_round(int timeout_ms) override;
  /// When it returns, the next owner can open the same door.
  void close_doors();

 private:
  void step(TimeUs now);
  void report();
  void read_work();
  void carry_out(const ShardEffects& effects);
  void publish_head();

  const ShardIndex shard_;
  zmq::context_t& context_;
  const int drain_timeout_ms_;
  SharedStatus<ShardStatus>& status_;
  ShardLogic logic_;
  decltype(ShardStatus::batch_us) batch_us_ = ShardStatus().batch_us;
  zmq::socket_t backend_;
  zmq::socket_t events_;
  Every head_due_{1'000'000};
  Every status_due_{20'000};
};

}  // namespace florin
