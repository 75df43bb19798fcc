#pragma once

/// One shard's queue in the router: every command that has no answer yet, in the order of arrival, and how
/// much of it is with the shard.
///
///     push ──> [ answered? | sent ........ | not sent ..... ]  <── at most queue_commands_max (the router's)
///                 front     within the window
///
/// A command leaves the queue only with its answer, or when the router takes it out. Everything in it is sent
/// again, in order, when the shard asks for that or when a READY shows that something was lost:
///
///     another epoch or incarnation        the shard, or the router, was started again
///     next is 0                           the shard missed a number, or has refused something
///     more RESULTS sent than arrived      answers were lost
///     next stays where it is, for longer  WORK was lost, and none followed that would have shown it
///     than a heartbeat, and more is sent
///
/// A command may be what ended its worker. What was with two owners in a row that died is sent alone from
/// then on, and what was alone with a third is isolated: the shard journals it as an error.
///
/// docs/decisions/0008 says why this is the only resend.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_queue.hpp"
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
  WorkItemView work;        ///< its bytes are the queue's, and gone when it has left the queue
  InboxPosition inbox;      ///< none: it is in memory only, and its client sends it again
  bool told = false;        ///< its client was answered `queued` and waits for nothing more
  bool done = false;        ///< answered or taken out, and not at the front yet
  std::uint8_t deaths = 0;  ///< of owners that had it
};

/// A command that has left the queue with its answer.
struct AnsweredCommand {
  Origin origin;
  WalletId wallet;
  TransactionId id;
  Ticket ticket;
  std::string_view body;  ///< a view into the RESULTS
  InboxPosition inbox;
  bool told = false;
};

class ShardQueue {
 public:
  struct Status {
    bool ready = false;  ///< has said READY since the router started
    Epoch epoch;
    std::string worker;
    TimeUs heard;  ///< when the shard last said something
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
    std::uint64_t resends = 0;   ///< how often what was with the shard was sent again
    std::uint64_t isolated = 0;  ///< commands that were isolated
  };

  ShardQueue(Incarnation incarnation, const RouterLimits& limits)
      : incarnation_(incarnation), limits_(limits) {}

  /// How many have no answer yet.
  [[nodiscard]] std::size_t size() const { return pending_.size(); }
  /// Whether somebody still waits for an answer.
  [[nodiscard]] bool has_untold() const { return untold_ > 0; }
  /// `packed` is the command as the client sent it.
  void push(Origin origin, const Command& command, std::string_view packed, TimeUs now);
  /// One that went by the inbox, or waited for one that did. The origin counts for nothing where it was told.
  void push(Origin origin, const WalletId& wallet, const TransactionId& id, std::string_view packed,
            TimeUs accepted, InboxPosition inbox, bool told);

  /// Those of these wallets that are in memory only, in order. Lives until the queue is changed.
  [[nodiscard]] std::vector<const PendingCommand*> only_in_memory(const std::set<WalletId>& wallets) const;
  /// Whether it is in the inbox, too, and where. Nothing is done where it has left the queue.
  void set_inbox(Ticket ticket, InboxPosition position);

  /// `peer` is where the shard's owner can be reached. One of an older epoch is not listened to.
  void on_ready(std::string_view peer, const Ready& ready, TimeUs now);
  /// The owner was asked to let go: nothing is sent until the next one, of a higher epoch, is ready. What the
  /// present one still answers counts.
  void hand_over() { handing_over_ = true; }
  /// The owner stays after all.
  void stay() { handing_over_ = false; }
  /// Those that are answered for the first time. Results of another incarnation or epoch answer nothing. What
  /// is in the inbox is never `overloaded`: it stays and is sent again, after the pause that was asked for.
  [[nodiscard]] std::vector<AnsweredCommand> on_results(const Results& results, TimeUs now);

  /// Takes out every command that meets the condition, in order: it is not sent any more, and what the shard
  /// may still say of it is ignored. What is given has no bytes any more.
  [[nodiscard]] std::vector<PendingCommand> take_out(
      const std::function<bool(const PendingCommand&)>& condition);

  /// The WORK messages to send now: as many as the window lets pass, and none in a pause.
  [[nodiscard]] std::vector<std::string> next_work(TimeUs now);

  /// Where to send them; empty before the first READY.
  [[nodiscard]] const std::string& peer() const { return peer_; }

  [[nodiscard]] Status status() const;

 private:
  [[nodiscard]] bool has_lost_results(const Ready& ready);
  [[nodiscard]] bool has_lost_work(const Ready& ready, TimeUs now);
  void send_all_again();
  void count_deaths();
  /// How many may be with the shard now.
  [[nodiscard]] std::size_t window() const;
  [[nodiscard]] PendingCommand* find(Ticket ticket);
  void mark_done(PendingCommand& pending);
  void drop_done();

  const Incarnation incarnation_;
  const RouterLimits limits_;
  bool ready_ = false;
  bool handing_over_ = false;
  Epoch epoch_;
  std::string worker_;
  std::string peer_;
  TimeUs heard_;
  std::uint64_t next_ticket_ = 1;
  std::uint64_t next_work_ = 1;
  bool anew_ = true;  ///< the next WORK begins with everything unanswered
  std::uint64_t results_taken_ = 0;
  std::uint64_t waits_for_ = 0;  ///< the WORK that the shard takes next although it was sent; 0 for none
  TimeUs waits_since_;
  std::uint64_t resends_ = 0;
  std::uint64_t isolated_ = 0;
  std::size_t sent_ = 0;            ///< how many at the front are with the shard
  std::size_t untold_ = 0;          ///< not done, and somebody waits
  std::size_t only_in_memory_ = 0;  ///< not done, and not in the inbox
  TimeUs paused_at_;
  std::int64_t pause_us_ = 0;  ///< the shard had no room for what is in the inbox; 0 for none
  /// Tickets are contiguous, so the queue is its own index.
  std::deque<PendingCommand> pending_;
  ByteQueue packed_;  ///< the commands of `pending_`, in the same order
};

}  // namespace florin
