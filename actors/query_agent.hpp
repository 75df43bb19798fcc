#pragma once

/// Answers queries, on a thread of its own: whoever reads a journal from its start disturbs no commit.

#include <string>
#include <vector>

#include "actors/agent.hpp"
#include "logic/queries.hpp"
#include "transport/socket.hpp"

namespace florin {

struct QueryDoor {
  std::string endpoint;
  QueryHandler handler;
};

class QueryAgent : public Agent {
 public:
  QueryAgent(zmq::context_t& context, const std::vector<QueryDoor>& doors);

  [[nodiscard]] std::string name() const override { return "queries"; }
  void round(int timeout_ms) override;
  /// When it returns, others can open the same doors. Nobody drives the agent any more.
  void close_doors();

 private:
  struct OpenDoor {
    zmq::socket_t socket;
    QueryHandler handler;
  };
  zmq::context_t& context_;
  std::vector<OpenDoor> doors_;
};

}  // namespace florin
