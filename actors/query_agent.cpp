#include "actors/query_agent.hpp"

#include <fmt/format.h>

#include <chrono>

#include "actors/open_door.hpp"
#include "protocol/envelope.hpp"
#include "runtime/clock.hpp"

namespace florin {

namespace {

constexpr int kQueriesPerTurn = 16;

}  // namespace

QueryAgent::QueryAgent(zmq::context_t& context, const std::vector<QueryDoor>& doors,
                       const DoorSettings& settings, DoorCounts& counts, FlowObserver& observer)
    : context_(context), counts_(counts), observer_(observer) {
  constexpr SocketLimits kLimits{1000, std::int64_t{64} * 1024};
  for (const QueryDoor& door : doors) {
    doors_.push_back({make_socket(context, zmq::socket_type::router, kLimits), door.handler,
                      knows_callers(door.endpoint, settings)});
    if (doors_.back().knows_callers && !callers_) {
      callers_.emplace(settings.keys_file);
    }
    open_door(doors_.back().socket, door.endpoint, DoorKind::query, settings);
  }
}

void QueryAgent::close_doors() {
  for (OpenDoor& door : doors_) {
    unbind_socket(context_, door.socket);
  }
}

std::string QueryAgent::answer(const OpenDoor& door, const Routed& query) {
  if (!query.single_frame) {
    return encode_refusal(0, {Code::malformed, "a query is one frame (use a DEALER socket)"});
  }
  if (const auto refused = why_not(door, query)) {
    counts_.queries_refused.fetch_add(1, std::memory_order_relaxed);
    observer_.turned_away("queries", *refused);
    const auto decoded = decode_query(view(query.body));
    return encode_refusal(decoded ? decoded->request : 0, *refused);
  }
  return door.handler(view(query.body));
}

std::optional<Problem> QueryAgent::why_not(const OpenDoor& door, const Routed& query) {
  if (!door.knows_callers) {
    return std::nullopt;
  }
  const Caller caller = callers_->caller(user_of(query.body), wall_clock());
  if (caller.roles.empty()) {
    return Problem{Code::not_authenticated, fmt::format("the key of {} is not known any more", caller.name)};
  }
  const bool handles = peek_message_type(view(query.body)) == static_cast<std::uint64_t>(MessageType::handle);
  const Role needed = handles ? Role::operate : Role::read;
  if (!caller.roles.has(needed)) {
    return Problem{Code::not_allowed,
                   fmt::format("{} has the roles {}, and {} {}", caller.name, florin::name(caller.roles),
                               handles ? "HANDLE needs" : "queries need", florin::name(needed))};
  }
  return std::nullopt;
}

void QueryAgent::round(int timeout_ms) {
  std::vector<zmq::pollitem_t> items;
  for (OpenDoor& door : doors_) {
    items.push_back({door.socket.handle(), 0, ZMQ_POLLIN, 0});
  }
  zmq::poll(items, std::chrono::milliseconds(timeout_ms));
  for (OpenDoor& door : doors_) {
    for (int i = 0; i < kQueriesPerTurn; ++i) {
      const auto query = receive_routed(door.socket);
      if (!query) {
        break;
      }
      // Who is gone, or does not read, asks again.
      [[maybe_unused]] const Sent sent = send_routed(door.socket, query->peer, answer(door, *query));
    }
  }
}

}  // namespace florin
