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

 private:
  struct OpenDoor {
    zmq::socket_t socket;
    QueryHandler handler;
  };
  std::vector<OpenDoor> doors_;
};

}  // namespace florin
