#include "actors/query_agent.hpp"

#include <chrono>

namespace florin {

namespace {

constexpr int kQueriesPerTurn = 16;

std::string answer(const QueryHandler& handler, const Routed& query) {
  return query.single_frame
             ? handler(view(query.body))
             : encode_refusal(0, {Code::malformed, "a query is one frame (use a DEALER socket)"});
}

}  // namespace

QueryAgent::QueryAgent(zmq::context_t& context, const std::vector<QueryDoor>& doors) : context_(context) {
  constexpr SocketLimits kLimits{1000, std::int64_t{64} * 1024};
  for (const QueryDoor& door : doors) {
    doors_.push_back({make_socket(context, zmq::socket_type::router, kLimits), door.handler});
    bind_socket(doors_.back().socket, door.endpoint);
  }
}

void QueryAgent::close_doors() {
  for (OpenDoor& door : doors_) {
    unbind_socket(context_, door.socket);
  }
}

void QueryAgent::round(int timeout_ms) {
  std::vector<zmq::pollitem_t> items;
  for (OpenDoor& door : doors_) {
    items.push_back({door.socket.handle(), 0, ZMQ_POLLIN, 0});
  }
  zmq::poll(items, std::chrono::milliseconds(timeout_ms));
  for (auto& [socket, handler] : doors_) {
    for (int i = 0; i < kQueriesPerTurn; ++i) {
      const auto query = receive_routed(socket);
      if (!query) {
        break;
      }
      // Who is gone, or does not read, asks again.
      [[maybe_unused]] const Sent sent = send_routed(socket, query->peer, answer(handler, *query));
    }
  }
}

}  // namespace florin
