#pragma once

/// Opens and funds the wallets that the configuration names. The ids are fixed, so at every later start the
/// shards only repeat what they decided at the first.

#include <map>
#include <vector>

#include "actors/agent.hpp"
#include "client/submit_client.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"

namespace florin {

class BootstrapAgent : public Agent {
 public:
  BootstrapAgent(zmq::context_t& context, const Config& config, Log& log);

  [[nodiscard]] std::string name() const override { return "bootstrap"; }
  void round(int timeout_ms) override;

 private:
  void send_next();
  void take(const Answer& answer);

  SubmitClient client_;
  Log& log_;
  std::vector<TracedCommand> commands_;
  std::size_t next_ = 0;
  std::uint64_t awaited_ = 0;  ///< the number of the message in flight; 0 for none
  std::size_t fresh_ = 0;
};

}  // namespace florin
