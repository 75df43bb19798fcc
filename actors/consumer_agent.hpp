#pragma once

/// A consumer of events: subscribes to every shard, fetches what it missed, hands records to its handler.

#include <functional>
#include <string>
#include <vector>

#include "actors/agent.hpp"
#include "actors/shared_status.hpp"
#include "base/every.hpp"
#include "logic/dead_letter_logic.hpp"
#include "logic/flush_timer.hpp"
#include "logic/subscription.hpp"
#include "runtime/config.hpp"
#include "transport/socket.hpp"

namespace florin {

using ConsumerStatus = std::vector<Subscription::ShardState>;

/// Where the shards of the same process have ended, for a consumer that ends after them. None where they live
/// elsewhere and go on.
using LastHeads = std::function<std::vector<Position>()>;

class ConsumerAgent : public Agent {
 public:
  ConsumerAgent(std::string name, zmq::context_t& context, const Config& config, const Id128& lineage,
                const std::vector<Position>& stored, RecordHandler& handler,
                SharedStatus<ConsumerStatus>& status, FlowObserver& observer, LastHeads last_heads);

  [[nodiscard]] std::string name() const override { return name_; }
  void round(int timeout_ms) override;
  /// Follows to the last heads, where there are any, and makes all of it durable.
  [[nodiscard]] bool drain_round(int timeout_ms) override;

 protected:
  /// Does what writes to the store. Where that fails it is told, nothing more is taken for a while, and after
  /// an unknown outcome everything starts again from the durable position. Says whether it went well.
  bool guarded(const std::function<void()>& write);
  /// Makes everything taken durable. Says whether it went well.
  bool flush();
  /// Whether the store can be written as far as one knows: not after a fault whose pause is not over.
  [[nodiscard]] bool may_write(TimeUs now) const { return !must_restart_ && is_rested(now); }

 private:
  [[nodiscard]] bool is_rested(TimeUs now) const;
  /// The same, where it is time: a commit is worth as much for many records as for one.
  [[nodiscard]] bool flush_if_due();
  void take(const std::function<bool()>& records);
  /// Say whether there was anything.
  [[nodiscard]] bool read_events();
  [[nodiscard]] bool read_replies();
  [[nodiscard]] bool recover();
  void fetch();
  void report_if_due();
  void report();
  [[nodiscard]] bool is_behind() const;

  const std::string name_;
  RecordHandler& handler_;
  SharedStatus<ConsumerStatus>& status_;
  FlowObserver& observer_;
  const LastHeads last_heads_;
  Subscription subscription_;
  zmq::socket_t events_;
  std::vector<zmq::socket_t> owners_;  ///< the query socket of each shard's owner
  std::size_t first_owner_ = 0;        ///< whose answers are read first: each in turn, so that all get on
  FlushTimer flush_;
  TimeUs failed_at_;
  bool must_restart_ = false;
  std::vector<bool> reported_;
  Every report_due_{20'000};
};

/// The dead-letter sink also follows the router's refused log.
class DeadLetterAgent : public ConsumerAgent {
 public:
  DeadLetterAgent(zmq::context_t& context, const Config& config, const Id128& lineage, DeadLetterStore& store,
                  DeadLetterLogic& logic, SharedStatus<ConsumerStatus>& status, FlowObserver& observer,
                  LastHeads last_heads);

  void round(int timeout_ms) override;

 private:
  DeadLetterLogic& logic_;
  zmq::socket_t router_;
  Every ask_due_{200'000};
  bool awaits_router_ = false;
  TimeUs asked_router_at_;
};

}  // namespace florin
