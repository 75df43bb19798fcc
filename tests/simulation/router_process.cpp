// The router's process: front end, back end, refused log and its query door.

#include "logic/queries.hpp"
#include "logic/router_logic.hpp"
#include "tests/simulation/describe.hpp"
#include "tests/simulation/processes.hpp"
#include "tests/simulation/query_actor.hpp"
#include "tests/simulation/world.hpp"

namespace florin::sim {

namespace {

/// Messages read from one side before the other side gets its turn.
constexpr int kMessagesPerTurn = 8;
constexpr std::int64_t kTickUs = 50'000;

class RouterActor : public Actor {
 public:
  RouterActor(World& world, Process& process, SimRefusedLog& log, InboxStore& inbox, InboxIndex& index)
      : Actor(process, process.name()),
        world_(world),
        log_(log),
        logic_(world.plan.shards, world.router_disk.incarnation, world.plan.router, log.last(), inbox, index,
               observer_),
        front_(world.network, *this, "front"),
        backend_(world.network, *this, "backend") {
    wake_after(1);
  }

 protected:
  void round() override {
    bool more = read_shards();
    more = read_clients() || more;
    place_shards();
    carry_out(logic_.flush(wall()));
    check_limits();
    wake_after(more ? 1 : kTickUs);
  }

 private:
  bool read_shards() {
    for (int i = 0; i < kMessagesPerTurn; ++i) {
      const auto routed = backend_.receive();
      if (!routed) {
        return false;
      }
      if (process().trace().on()) {
        process().trace().say(name(), "from {}: {}", routed->peer, describe(routed->message.bytes));
      }
      if (const auto heard = logic_.on_shard(routed->peer, routed->message.bytes, wall()); !heard) {
        world_.judge.violated("the router does not understand a shard: " + heard.error().detail);
      }
    }
    return true;
  }

  bool read_clients() {
    for (int i = 0; i < kMessagesPerTurn; ++i) {
      const auto routed = front_.receive();
      if (!routed) {
        return false;
      }
      if (routed->message.single_frame) {
        if (process().trace().on()) {
          process().trace().say(name(), "from {}: {}", routed->peer, describe(routed->message.bytes));
        }
        logic_.on_client(routed->peer, routed->message.bytes, wall());
      } else {
        logic_.on_client_nonsense(routed->peer, routed->message.bytes,
                                  {Code::malformed, "a message is one frame"}, wall());
      }
    }
    return true;
  }

  void place_shards() {
    for (Membership::Message& message : logic_.place_shards(wall())) {
      then([this, message = std::move(message)] {
        if (process().trace().on()) {
          process().trace().say(name(), "to {}: {}", message.peer, describe(message.bytes));
        }
        if (backend_.send(message.peer, message.bytes) == Sent::no_such_peer) {
          logic_.on_worker_gone(message.peer);
        }
      });
    }
  }

  void carry_out(RouterEffects effects) {
    if (!effects.refused.empty()) {
      then([this, refused = std::move(effects.refused)]() mutable { append(refused); });
    }
    for (ToShard& work : effects.to_shards) {
      then([this, work = std::move(work)] {
        if (process().trace().on()) {
          process().trace().say(name(), "to shard {}: {}", work.shard.value(), describe(work.bytes));
        }
        static_cast<void>(backend_.send(work.peer, work.bytes));
      });
    }
    for (ToClient& answers : effects.to_clients) {
      then([this, answers = std::move(answers)] {
        world_.judge.answers_leave(name(), answers.bytes);
        if (process().trace().on()) {
          process().trace().say(name(), "to {}: {}", answers.client, describe(answers.bytes));
        }
        static_cast<void>(front_.send(answers.client, answers.bytes));
      });
    }
  }

  void append(std::vector<RefusedRecord>& refused) {
    try {
      log_.append(refused);
    } catch (const StoreFault& fault) {
      if (fault.kind() != FaultKind::unknown_outcome) {
        return;
      }
      try {
        log_.reopen();
      } catch (const StoreFault&) {
        return;  // the next refusal tries again
      }
    }
  }

  void check_limits() {
    const RouterStatus status = logic_.status();
    if (status.sessions > world_.plan.router.sessions_max ||
        status.latches > world_.plan.router.latches_max) {
      world_.judge.violated(
          fmt::format("the router keeps {} sessions and {} latches", status.sessions, status.latches));
    }
    for (const auto& shard : status.shards) {
      if (shard.queued > world_.plan.router.queue_commands_max ||
          shard.in_flight > world_.plan.router.window_commands_max) {
        world_.judge.violated(
            fmt::format("a shard's queue holds {}, {} in flight", shard.queued, shard.in_flight));
      }
    }
  }

  World& world_;
  SimRefusedLog& log_;
  FlowObserver observer_;
  RouterLogic logic_;
  Door front_;
  Door backend_;
};

/// The log is shared by both threads, so it is the last to go.
class RouterParts : public Parts {
 public:
  RouterParts(World& world, Process& process)
      : log_(world.router_disk, process, world.judge),
        inbox_(decorated<InboxStore>(world.options.plants.inbox_store,
                                     std::make_unique<SimInboxStore>(world.router_disk, process))),
        router_(world, process, log_, *inbox_, index_),
        queries_(world, process, "router.query",
                 router_queries(log_, index_, [] { return std::string("\x80"); })) {}

 private:
  SimRefusedLog log_;
  std::unique_ptr<InboxStore> inbox_;
  InboxIndex index_;
  RouterActor router_;
  QueryActor queries_;
};

}  // namespace

std::unique_ptr<Parts> make_router(World& world, Process& process) {
  world.router_disk.incarnation = world.router_disk.incarnation.next();
  return std::make_unique<RouterParts>(world, process);
}

}  // namespace florin::sim
