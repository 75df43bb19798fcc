#pragma once

/// One shard's queue in the router: every command that has no answer yet, in the order of arrival, and how
/// much of it is with the shard.
///
///     push ──> [ answered? | sent ........ | not sent ..... ]  <── at most queue_commands_max (the router's)
///                 front     within the window
///
/// A command leaves the queue only with its answer, or when the router takes it out. A READY has everything
/// in it sent again, in order.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "ledger/command.hpp"
#include "logic/router_limits.hpp"
#include "protocol/backend.hpp"

namespace florin {

/// Who sent a command, and as what.
struct Origin {
  std::string client;            ///< the connection's routing id
  std::optional<Id128> session;  ///< nothing where the client has none
  std::uint64_t number = 0;      ///< of the message
  std::uint64_t index = 0;       ///< of the command in it
};

/// A command that has no answer yet.
struct PendingCommand {
  Origin origin;
  WalletId wallet;
  TransactionId id;
  WorkItem work;
  bool done = false;  ///< answered or taken out, and not at the front yet
};

/// A command that has left the queue with its answer.
struct AnsweredCommand {
  Origin origin;
  WalletId wallet;
  TransactionId id;
  std::string_view body;  ///< a view into the RESULTS
};

class ShardQueue {
 public:
  struct Status {
    bool ready = false;
    Epoch epoch;
    std::string worker;
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
  };

  ShardQueue(Incarnation incarnation, const RouterLimits& limits)
      : incarnation_(incarnation), limits_(limits) {}

  /// How many have no answer yet.
  [[nodiscard]] std::size_t size() const { return pending_.size(); }
  /// `packed` is the command as the client sent it.
  void push(Origin origin, const Command& command, std::string_view packed, TimeUs now);

  void on_ready(const Ready& ready);
  /// Those that are answered for the first time. Results of another epoch answer nothing.
  [[nodiscard]] std::vector<AnsweredCommand> on_results(const Results& results);

  /// Takes out every command that meets the condition, in order: it is not sent any more, and what the shard
  /// may still say of it is ignored.
  [[nodiscard]] std::vector<PendingCommand> take_out(
      const std::function<bool(const PendingCommand&)>& condition);

  /// The WORK messages to send now: as many as the window lets pass.
  [[nodiscard]] std::vector<std::string> next_work();

  [[nodiscard]] Status status() const;

 private:
  [[nodiscard]] PendingCommand* find(Ticket ticket);
  void drop_done();

  const Incarnation incarnation_;
  const RouterLimits limits_;
  bool ready_ = false;
  Epoch epoch_;
  std::string worker_;
  std::uint64_t next_ticket_ = 1;
  std::uint64_t next_work_ = 1;
  std::size_t sent_ = 0;  ///< how many at the front are with the shard
  /// Tickets are contiguous, so the queue is its own index.
  std::deque<PendingCommand> pending_;
};

}  // namespace florin
