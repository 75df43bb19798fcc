#pragma once

/// Says to libzmq which connections to let in at the TCP doors of this process. Runs as long as the doors do.

#include <string>

#include "access/key_list.hpp"
#include "actors/agent.hpp"
#include "actors/door_counts.hpp"
#include "logic/flow.hpp"
#include "runtime/doors.hpp"
#include "transport/socket.hpp"

namespace florin {

/// The socket that libzmq asks, one in a context. Without it libzmq lets everybody in: it must be there
/// before the first door and until after the last.
[[nodiscard]] zmq::socket_t make_zap_socket(zmq::context_t& context);

class ZapAgent : public Agent {
 public:
  /// Throws AccessError where the list of keys cannot be used.
  ZapAgent(zmq::socket_t& socket, const DoorSettings& doors, DoorCounts& counts, FlowObserver& observer);

  [[nodiscard]] std::string name() const override { return "zap"; }
  void round(int timeout_ms) override;

 private:
  [[nodiscard]] bool answer_next();
  void tell_problem();

  zmq::socket_t& socket_;
  const std::string own_public_key_;
  KeyRing ring_;
  DoorCounts& counts_;
  FlowObserver& observer_;
  std::string told_;  ///< the problem with the list that was told last
};

}  // namespace florin
