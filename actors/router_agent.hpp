#pragma once

/// The router: front end for clients, back end for shards.

#include <optional>
#include <string>

#include "access/key_list.hpp"
#include "actors/agent.hpp"
#include "actors/shared_status.hpp"
#include "base/every.hpp"
#include "logic/router_logic.hpp"
#include "runtime/config.hpp"
#include "storage/consumer_stores.hpp"
#include "storage/fault.hpp"
#include "transport/monitor.hpp"
#include "transport/socket.hpp"

namespace florin {

/// What the router tells of itself, its shell's counts included.
struct RouterReport {
  RouterStatus logic;
  Incarnation incarnation;
  std::uint64_t answers_dropped = 0;  ///< the client was gone or did not read
  std::uint64_t refused_lost = 0;     ///< the refused log could not be written
  std::uint64_t work_unsent = 0;      ///< WORK for a shard that was gone; it is sent again
  ConnectionCounts connections;       ///< of the front door
};

class RouterAgent : public Agent {
 public:
  RouterAgent(zmq::context_t& context, const Config& config, Incarnation incarnation, RefusedLog& log,
              InboxStore& inbox, InboxIndex& index, SharedStatus<RouterReport>& report,
              FlowObserver& observer);

  [[nodiscard]] std::string name() const override { return "router"; }
  void round(int timeout_ms) override;
  /// Takes nothing from clients, and goes on until everything it has taken is answered.
  [[nodiscard]] bool drain_round(int timeout_ms) override;

 private:
  void report();
  void read_clients();
  void read_shards();
  void place_shards();
  void carry_out(RouterEffects effects);
  void reopen_refused_log(const StoreFault& fault);

  const Incarnation incarnation_;
  RefusedLog& log_;
  SharedStatus<RouterReport>& report_;
  FlowObserver& observer_;
  RouterLogic logic_;
  const int drain_timeout_ms_;
  zmq::socket_t front_;
  ConnectionMonitor front_connections_;
  std::optional<KeyRing> callers_;  ///< where the front door knows them by their keys
  zmq::socket_t backend_;
  std::uint64_t answers_dropped_ = 0;
  std::uint64_t refused_lost_ = 0;
  std::uint64_t work_unsent_ = 0;
  Every report_due_{20'000};
};

}  // namespace florin
