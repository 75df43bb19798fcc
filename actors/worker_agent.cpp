#include "actors/worker_agent.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "runtime/clock.hpp"
#include "transport/curve.hpp"

namespace florin {

namespace {

/// While shards come and go, what their threads report is looked at so often.
constexpr int kMovingTimeoutMs = 2;

/// Nothing piles up for a router that is not there: ALIVE is said again.
zmq::socket_t connect_backend(const Process& process) {
  zmq::socket_t backend = make_socket(process.context, zmq::socket_type::dealer);
  backend.set(zmq::sockopt::immediate, true);
  connect_socket(backend, process.config.endpoints.backend, process.config.doors.client);
  return backend;
}

/// What a process claims that holds shards whatever the router says.
std::vector<Claim> serving(const std::vector<ShardIndex>& shards) {
  std::vector<Claim> claims;
  for (const ShardIndex shard : shards) {
    claims.push_back({shard, Hold::serving, {}});
  }
  return claims;
}

WorkerSettings settings_of(const Process& process) {
  WorkerSettings settings;
  settings.worker = process.id;
  settings.name = process.name;
  settings.shards = process.config.shards;
  settings.alive_ms = process.config.router.heartbeat_ms;
  return settings;
}

}  // namespace

WorkerAgent::WorkerAgent(const Process& process, StoreDecorator decorate)
    : process_(process),
      decorate_(std::move(decorate)),
      lease_(process.config.lease_ms),
      logic_(settings_of(process)),
      backend_(connect_backend(process)),
      door_(process, [this] { return logic_.claims(); }) {}

void WorkerAgent::round(int timeout_ms) {
  if (!lease_.renew()) {
    end_process("it was stopped for longer than its lease");
  }
  std::array items{zmq::pollitem_t{backend_.handle(), 0, ZMQ_POLLIN, 0}};
  const int wait_ms = logic_.is_moving() ? std::min(timeout_ms, kMovingTimeoutMs) : timeout_ms;
  zmq::poll(items, std::chrono::milliseconds(wait_ms));
  read_placements();
  read_reports();
  carry_out(logic_.step(wall_clock()));
  door_.answer();
}

bool WorkerAgent::drain_round(int timeout_ms) {
  if (!leaving_) {
    leaving_ = true;
    logic_.leave(wall_clock());
  }
  round(timeout_ms);
  // The last ALIVE, which claims nothing, is sent before the socket is closed.
  backend_.set(zmq::sockopt::linger, static_cast<int>(process_.config.drain_timeout_ms));
  return !logic_.is_empty();
}

void WorkerAgent::read_placements() {
  while (const auto message = receive(backend_)) {
    if (const auto heard = logic_.on_placement(view(*message)); !heard) {
      process_.flow.fault("worker", "PLACEMENT that is not understood: " + heard.error().detail);
    }
  }
}

void WorkerAgent::read_reports() {
  for (auto shard = shards_.begin(); shard != shards_.end();) {
    const HostedShard::Report report = shard->second->report();
    if (report.stopped) {
      logic_.on_stopped(shard->first);
      process_.log.info(fmt::format("shard {}", shard->first.value()), "let go");
      shard = shards_.erase(shard);
      continue;
    }
    logic_.on_report(shard->first, report.hold, report.reason);
    if (shard->second->hangs()) {
      end_process("the thread of a shard hangs");
    }
    ++shard;
  }
}

void WorkerAgent::carry_out(const WorkerEffects& effects) {
  for (const ShardIndex shard : effects.start) {
    shards_[shard] = std::make_unique<HostedShard>(process_, shard, decorate_, lease_,
                                                   [this](const char* why) { end_process(why); });
  }
  for (const ShardIndex shard : effects.stop) {
    shards_.at(shard)->ask_to_stop();
  }
  if (!effects.alive.empty()) {
    [[maybe_unused]] const Sent sent = send(backend_, effects.alive);
  }
}

/// No destructor runs: none may wait for a thread that hangs, or bring to its end what must not go on.
void WorkerAgent::end_process(const char* why) {
  process_.log.line(LogLevel::error, "worker", "ends", {{"process", process_.name}, {"reason", why}});
  ::_exit(1);
}

PinnedAgent::PinnedAgent(const Process& process, const std::vector<ShardIndex>& shards)
    : alive_(encode_alive({process.id, process.name, true, false, {}, 0, serving(shards)})),
      said_(std::int64_t{process.config.router.heartbeat_ms} * 1000),
      backend_(connect_backend(process)),
      door_(process, [shards] { return serving(shards); }) {}

void PinnedAgent::round(int timeout_ms) {
  if (said_.due(wall_clock())) {
    [[maybe_unused]] const Sent sent = send(backend_, alive_);
  }
  std::array items{zmq::pollitem_t{backend_.handle(), 0, ZMQ_POLLIN, 0}};
  zmq::poll(items, std::chrono::milliseconds(timeout_ms));
  while (receive(backend_)) {  // what it is told changes nothing
  }
  door_.answer();
}

}  // namespace florin
