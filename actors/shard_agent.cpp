#include "actors/shard_agent.hpp"

#include <fmt/format.h>

#include <chrono>

#include "actors/backend_limits.hpp"
#include "actors/open_door.hpp"
#include "runtime/clock.hpp"
#include "transport/curve.hpp"

namespace florin {

ShardAgent::ShardAgent(zmq::context_t& context, const Config& config, ShardStore& store,
                       const ShardSettings& settings, SharedStatus<ShardStatus>& status,
                       FlowObserver& observer)
    : shard_(settings.shard),
      context_(context),
      drain_timeout_ms_(static_cast<int>(config.drain_timeout_ms)),
      status_(status),
      logic_(store, settings, observer),
      backend_(make_socket(context, zmq::socket_type::dealer, backend_limits(config.router))),
      events_(make_socket(context, zmq::socket_type::pub, {config.events_waiting_max, -1})) {
  open_door(events_, Endpoints::of_shard(config.endpoints.shard_events, shard_), DoorKind::events,
            config.doors);
  // Nothing piles up for a router that is not there: what it misses it asks for.
  backend_.set(zmq::sockopt::immediate, true);
  connect_socket(backend_, config.endpoints.backend, config.doors.client);
}

std::string ShardAgent::name() const {
  return fmt::format("shard-{:03}", shard_.value());
}

void ShardAgent::round(int timeout_ms) {
  if (!logic_.has_work(wall_clock())) {
    std::array items{zmq::pollitem_t{backend_.handle(), 0, ZMQ_POLLIN, 0}};
    zmq::poll(items, std::chrono::milliseconds(timeout_ms));
  }
  read_work();
  const TimeUs now = wall_clock();
  step(now);
  if (head_due_.due(now)) {
    publish_head();
  }
  if (status_due_.due(now)) {
    report();
  }
}

bool ShardAgent::drain_round(int /*timeout_ms*/) {
  backend_.set(zmq::sockopt::linger, drain_timeout_ms_);
  events_.set(zmq::sockopt::linger, drain_timeout_ms_);
  if (logic_.can_decide()) {
    step(wall_clock());
  }
  report();
  return logic_.can_decide();
}

void ShardAgent::close_doors() {
  unbind_socket(context_, events_);
}

void ShardAgent::step(TimeUs now) {
  const auto began = std::chrono::steady_clock::now();
  const ShardEffects effects = logic_.step(now);
  if (!effects.event.empty()) {
    const auto took = std::chrono::steady_clock::now() - began;
    batch_us_.add(
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
  }
  carry_out(effects);
}

void ShardAgent::report() {
  ShardStatus status = logic_.status();
  status.batch_us = batch_us_;
  status_.set(std::move(status));
}

void ShardAgent::read_work() {
  while (const auto message = receive(backend_)) {
    logic_.receive(view(*message));
  }
}

void ShardAgent::carry_out(const ShardEffects& effects) {
  // Both are counted, and READY is said again: the router sees what did not reach it.
  for (const std::string* message : {&effects.results, &effects.ready}) {
    if (!message->empty()) {
      [[maybe_unused]] const Sent sent = send(backend_, *message);
    }
  }
  if (!effects.event.empty()) {
    publish(events_, fmt::format("shard.{:03}", shard_.value()), effects.event);
  }
}

/// Lets consumers see that they missed the last event, however long no other follows.
void ShardAgent::publish_head() {
  if (logic_.position().ordinal == BatchOrdinal(0)) {
    return;  // not opened yet: there is nothing to say
  }
  Writer writer;
  encode_position(writer, logic_.position());
  publish(events_, fmt::format("head.{:03}", shard_.value()), writer.view());
}

}  // namespace florin
