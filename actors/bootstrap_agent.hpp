#pragma once

/// Opens and funds the wallets that the configuration names. The ids are fixed, so at every later start the
/// shards only repeat what they decided at the first.

#include <vector>

#include "actors/agent.hpp"
#include "client/session_client.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"

namespace florin {

class BootstrapAgent : public Agent {
 public:
  BootstrapAgent(zmq::context_t& context, const Config& config, Log& log);

  [[nodiscard]] std::string name() const override { return "bootstrap"; }
  void round(int timeout_ms) override;

 private:
  void take(std::size_t index, const Answer& answer);

  Log& log_;
  const std::vector<TracedCommand> commands_;
  std::size_t answered_ = 0;
  std::size_t fresh_ = 0;
  SessionClient client_;
};

}  // namespace florin
