// The consumers' processes: what actors/consumer_agent does.

#include "logic/accounting_logic.hpp"
#include "logic/dead_letter_logic.hpp"
#include "logic/subscription.hpp"
#include "tests/simulation/processes.hpp"
#include "tests/simulation/world.hpp"

namespace florin::sim {

namespace {

/// Records taken before what they led to is made durable.
constexpr int kRecordsPerFlush = 16;
constexpr std::int64_t kRetryUs = 100'000;
constexpr std::int64_t kTickUs = 50'000;
constexpr std::int64_t kAskRefusedUs = 200'000;

class ConsumerActor : public Actor {
 public:
  ConsumerActor(World& world, Process& process, RecordHandler& handler, const std::vector<Position>& stored)
      : Actor(process, process.name()),
        world_(world),
        handler_(handler),
        subscription_(world.plan.shards, world.lineage, stored, world.plan.subscription, handler) {
    for (std::uint16_t i = 0; i < world.plan.shards; ++i) {
      // A high-water mark that bursts reach: beyond it PUB drops.
      events_.push_back(std::make_unique<Plug>(world.network, *this, events_address(ShardIndex(i)),
                                               SocketSettings{8, false}));
      owners_.push_back(std::make_unique<Plug>(world.network, *this, query_address(ShardIndex(i)),
                                               SocketSettings{4, true}));
    }
    wake_after(1);
  }

 protected:
  void round() override {
    // What was taken before goes first, or it would become more with each attempt.
    if (process().scheduler().now() >= retry_at_ && recover() && flush()) {
      take([this] { read_replies(); });
      take([this] { read_events(); });
      if (!must_restart_ && flush()) {
        fetch();
      }
      report();
    }
    wake_after(kTickUs);
  }

  bool guarded(const std::function<void()>& write) {
    try {
      write();
      return true;
    } catch (const StoreFault& fault) {
      must_restart_ = must_restart_ || fault.kind() == FaultKind::unknown_outcome;
      retry_at_ = process().scheduler().now().plus(kRetryUs);
      return false;
    }
  }

  World& world_;

 private:
  bool recover() {
    if (must_restart_) {
      must_restart_ = !guarded([this] { subscription_.restart(handler_.restart()); });
    }
    return !must_restart_;
  }

  bool flush() {
    return guarded([this] { handler_.flush(wall()); });
  }

  /// A store that fails while it is asked leaves a record half taken.
  void take(const std::function<void()>& records) { must_restart_ = !guarded(records) || must_restart_; }

  void read_events() {
    int taken = 0;
    for (const auto& plug : events_) {
      for (; taken < kRecordsPerFlush; ++taken) {
        const auto message = plug->receive();
        if (!message) {
          break;
        }
        if (message->topic == "head") {
          subscription_.on_head(message->bytes);
        } else {
          skip_gap(message->bytes);
          subscription_.on_event(message->bytes);
        }
      }
    }
    if (taken == kRecordsPerFlush) {
      wake_after(1);
    }
  }

  /// Only where this bug is planted.
  void skip_gap(std::string_view event) {
    if (!world_.options.plants.skips_gaps) {
      return;
    }
    const auto record = read_record(event);
    bool skips = false;
    std::vector<Position> positions;
    for (const auto& state : subscription_.states()) {
      Position position = state.position;
      if (record && position.shard == record->header.shard &&
          position.ordinal.next() < record->header.ordinal) {
        skips = true;
        position.ordinal = BatchOrdinal(record->header.ordinal.value() - 1);
        position.sequence = SequenceNumber(record->header.first_sequence.value() - 1);
        position.hash = record->header.previous_hash;
      }
      positions.push_back(position);
    }
    if (skips) {
      subscription_.restart(positions);
    }
  }

  void read_replies() {
    for (std::size_t i = 0; i < owners_.size(); ++i) {
      while (const auto reply = owners_[i]->receive()) {
        subscription_.on_reply(ShardIndex(static_cast<std::uint16_t>(i)), reply->bytes);
      }
    }
  }

  void fetch() {
    for (const Fetch& fetch : subscription_.fetches(wall())) {
      then([this, fetch] {
        process().trace().say(name(), "fetches from shard {}", fetch.shard.value());
        static_cast<void>(owners_[fetch.shard.value()]->send(fetch.query));
      });
    }
  }

  void report() {
    for (const auto& state : subscription_.states()) {
      if (!state.diverged.empty()) {
        world_.judge.violated(fmt::format("{} says that it diverged from shard {}: {}", name(),
                                          state.position.shard.value(), state.diverged));
      }
    }
  }

  RecordHandler& handler_;
  Subscription subscription_;
  std::vector<std::unique_ptr<Plug>> events_;
  std::vector<std::unique_ptr<Plug>> owners_;
  TimeUs retry_at_;
  bool must_restart_ = false;
};

class DeadLetterActor : public ConsumerActor {
 public:
  DeadLetterActor(World& world, Process& process, DeadLetterLogic& logic, const DeadLetterStore& store)
      : ConsumerActor(world, process, logic, plain(store.positions())),
        logic_(logic),
        router_(world.network, *this, "router.query") {}

 protected:
  void round() override {
    ConsumerActor::round();
    bool more = false;
    while (const auto reply = router_.receive()) {
      guarded([&] { more = logic_.on_refused_reply(reply->bytes, wall()); });
    }
    const TimeUs now = process().scheduler().now();
    if (more || now >= ask_due_) {
      ask_due_ = now.plus(kAskRefusedUs);
      then([this] { static_cast<void>(router_.send(logic_.refused_query())); });
    }
  }

 private:
  DeadLetterLogic& logic_;
  Plug router_;
  TimeUs ask_due_;
};

class AccountingParts : public Parts {
 public:
  AccountingParts(World& world, Process& process)
      : store_(decorated<AccountingStore>(
            world.options.plants.accounting_store,
            std::make_unique<SimAccountingStore>(world.accounting_disk, process, world.judge))),
        logic_(*store_, observer_),
        actor_(world, process, logic_, store_->positions()) {}

 private:
  FlowObserver observer_;
  std::unique_ptr<AccountingStore> store_;
  AccountingLogic logic_;
  ConsumerActor actor_;
};

class DeadLetterParts : public Parts {
 public:
  DeadLetterParts(World& world, Process& process)
      : store_(decorated<DeadLetterStore>(
            world.options.plants.dead_letter_store,
            std::make_unique<SimDeadLetterStore>(world.dead_letter_disk, process, world.judge))),
        logic_(*store_, observer_),
        actor_(world, process, logic_, *store_) {}

 private:
  FlowObserver observer_;
  std::unique_ptr<DeadLetterStore> store_;
  DeadLetterLogic logic_;
  DeadLetterActor actor_;
};

}  // namespace

std::unique_ptr<Parts> make_accounting(World& world, Process& process) {
  return std::make_unique<AccountingParts>(world, process);
}

std::unique_ptr<Parts> make_dead_letter(World& world, Process& process) {
  return std::make_unique<DeadLetterParts>(world, process);
}

}  // namespace florin::sim
