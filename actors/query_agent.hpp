#pragma once

/// Answers queries, on a thread of its own: whoever reads a journal from its start disturbs no commit.

#include <optional>
#include <string>
#include <vector>

#include "access/key_list.hpp"
#include "actors/agent.hpp"
#include "actors/door_counts.hpp"
#include "logic/flow.hpp"
#include "logic/queries.hpp"
#include "runtime/doors.hpp"
#include "transport/socket.hpp"

namespace florin {

struct QueryDoor {
  std::string endpoint;
  QueryHandler handler;
};

class QueryAgent : public Agent {
 public:
  QueryAgent(zmq::context_t& context, const std::vector<QueryDoor>& doors, const DoorSettings& settings,
             DoorCounts& counts, FlowObserver& observer);

  [[nodiscard]] std::string name() const override { return "queries"; }
  void round(int timeout_ms) override;
  /// When it returns, others can open the same doors. Nobody drives the agent any more.
  void close_doors();

 private:
  struct OpenDoor {
    zmq::socket_t socket;
    QueryHandler handler;
    bool knows_callers;
  };
  [[nodiscard]] std::string answer(const OpenDoor& door, const Routed& query);
  /// Why the sender of the query gets no answer; nothing where it does.
  [[nodiscard]] std::optional<Problem> why_not(const OpenDoor& door, const Routed& query);

  zmq::context_t& context_;
  std::vector<OpenDoor> doors_;
  std::optional<KeyRing> callers_;  ///< where there is a door that knows them by their keys
  DoorCounts& counts_;
  FlowObserver& observer_;
};

}  // namespace florin
