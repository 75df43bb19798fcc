#include "actors/router_agent.hpp"

#include <chrono>

#include "actors/backend_limits.hpp"
#include "actors/open_door.hpp"
#include "runtime/clock.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

/// Messages read from one side before the other side gets its turn.
constexpr int kMessagesPerTurn = 512;

SocketLimits front_limits(const RouterLimits& limits) {
  SocketLimits socket;
  // A message a little over the limit is answered; one far over it is dropped by libzmq before it is in
  // memory.
  socket.message_bytes_max = static_cast<std::int64_t>(limits.message_bytes_max) * 4;
  socket.high_water_mark = static_cast<int>(limits.answer_messages_waiting_max);
  return socket;
}

}  // namespace

RouterAgent::RouterAgent(zmq::context_t& context, const Config& config, Incarnation incarnation,
                         RefusedLog& log, InboxStore& inbox, InboxIndex& index,
                         SharedStatus<RouterReport>& report, FlowObserver& observer)
    : incarnation_(incarnation),
      log_(log),
      report_(report),
      observer_(observer),
      logic_(config.shards, incarnation, config.router, log.last(), inbox, index, observer),
      drain_timeout_ms_(static_cast<int>(config.drain_timeout_ms)),
      front_(make_socket(context, zmq::socket_type::router, front_limits(config.router))),
      front_connections_(context, front_, "front"),
      backend_(make_socket(context, zmq::socket_type::router, backend_limits(config.router))) {
  if (knows_callers(config.endpoints.front, config.doors)) {
    callers_.emplace(config.doors.keys_file);
  }
  open_door(backend_, config.endpoints.backend, DoorKind::backend, config.doors);
  open_door(front_, config.endpoints.front, DoorKind::front, config.doors);
}

void RouterAgent::round(int timeout_ms) {
  std::array items{zmq::pollitem_t{front_.handle(), 0, ZMQ_POLLIN, 0},
                   zmq::pollitem_t{backend_.handle(), 0, ZMQ_POLLIN, 0}};
  zmq::poll(items, std::chrono::milliseconds(timeout_ms));
  read_shards();
  read_clients();
  place_shards();
  carry_out(logic_.flush(wall_clock()));
  front_connections_.read();
  if (report_due_.due(wall_clock())) {
    report();
  }
}

bool RouterAgent::drain_round(int timeout_ms) {
  // What has been answered still lies in libzmq's queues when the socket is closed.
  front_.set(zmq::sockopt::linger, drain_timeout_ms_);
  std::array items{zmq::pollitem_t{backend_.handle(), 0, ZMQ_POLLIN, 0}};
  if (logic_.has_unanswered()) {
    zmq::poll(items, std::chrono::milliseconds(timeout_ms));
  }
  read_shards();
  place_shards();
  carry_out(logic_.flush(wall_clock()));
  report();
  return logic_.has_unanswered();
}

void RouterAgent::report() {
  report_.set({logic_.status(), incarnation_, answers_dropped_, refused_lost_, work_unsent_,
               front_connections_.counts()});
}

void RouterAgent::read_clients() {
  const TimeUs now = wall_clock();
  for (int i = 0; i < kMessagesPerTurn; ++i) {
    const auto message = receive_routed(front_);
    if (!message) {
      return;
    }
    if (message->single_frame && callers_) {
      logic_.on_client(message->peer, view(message->body), now,
                       callers_->caller(user_of(message->body), now));
    } else if (message->single_frame) {
      logic_.on_client(message->peer, view(message->body), now);
    } else {
      logic_.on_client_nonsense(message->peer, view(message->body),
                                {Code::malformed, "a message is one frame (use a DEALER socket)"}, now);
    }
  }
}

void RouterAgent::read_shards() {
  const TimeUs now = wall_clock();
  for (int i = 0; i < kMessagesPerTurn; ++i) {
    const auto message = receive_routed(backend_);
    if (!message) {
      return;
    }
    if (const auto heard = logic_.on_shard(message->peer, view(message->body), now); !heard) {
      observer_.fault("router", "a message at the back end is not understood: " + heard.error().detail);
    }
  }
}

void RouterAgent::place_shards() {
  for (const Membership::Message& message : logic_.place_shards(wall_clock())) {
    if (send_routed(backend_, message.peer, message.bytes) == Sent::no_such_peer) {
      logic_.on_worker_gone(message.peer);
    }
  }
}

/// Traffic goes on without the log; whether it can be written again shows with the next refusal.
void RouterAgent::reopen_refused_log(const StoreFault& fault) {
  if (fault.kind() != FaultKind::unknown_outcome) {
    return;
  }
  try {
    log_.reopen();
  } catch (const StoreFault& again) {
    observer_.fault("router", again.what());
  }
}

void RouterAgent::carry_out(RouterEffects effects) {
  if (!effects.refused.empty()) {
    try {
      log_.append(effects.refused);
    } catch (const StoreFault& fault) {
      refused_lost_ += effects.refused.size();
      observer_.fault("router", fault.what());
      reopen_refused_log(fault);
    }
  }
  for (const ToShard& work : effects.to_shards) {
    // What could not be sent shows in the shard's next READY, and is sent again.
    if (send_routed(backend_, work.peer, work.bytes) != Sent::sent) {
      ++work_unsent_;
    }
  }
  for (const ToClient& answers : effects.to_clients) {
    if (send_routed(front_, answers.client, answers.bytes) != Sent::sent) {
      ++answers_dropped_;
    }
  }
}

}  // namespace florin
