#pragma once

/// The router's logic: reads what clients send, refuses what is not well-formed, and keeps a queue per shard
/// in the order of arrival until the shard has answered.
///
///     client ──SUBMIT──> decode ──hash(wallet)──> queue of the shard ──WORK──> shard
///       ^                  │ malformed, full                                     │
///       └─────ANSWERS──────┴<───────────────────────RESULTS──────────────────────┘
///
/// A command leaves its queue only with its answer: see shard_queue.hpp. One that is sent asynchronously goes
/// by the inbox, and is answered from there: see router_inbox.hpp.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "access/roles.hpp"
#include "base/strong.hpp"
#include "logic/client_outbox.hpp"
#include "logic/flow.hpp"
#include "logic/membership.hpp"
#include "logic/router_inbox.hpp"
#include "logic/router_limits.hpp"
#include "logic/session_table.hpp"
#include "logic/shard_queue.hpp"
#include "protocol/backend.hpp"
#include "protocol/letter.hpp"
#include "protocol/message.hpp"

namespace florin {

struct ToShard {
  ShardIndex shard;
  std::string peer;  ///< the routing id of its owner
  std::string bytes;
};

struct RouterEffects {
  std::vector<RefusedRecord> refused;  ///< to be made durable before the answers go out
  std::vector<ToShard> to_shards;
  std::vector<ToClient> to_clients;
};

struct RouterStatus {
  std::vector<ShardQueue::Status> shards;
  std::vector<Membership::WorkerStatus> workers;
  std::uint64_t worker_deaths = 0;
  std::uint64_t received = 0;
  std::uint64_t answered = 0;
  std::uint64_t refused = 0;
  std::uint64_t refused_not_kept = 0;  ///< over a quota: answered and counted only
  std::uint64_t not_allowed = 0;       ///< for want of a role: not kept, and not among `refused`
  std::uint64_t overloaded = 0;
  std::uint64_t sessions = 0;
  std::uint64_t latches = 0;               ///< wallets held after overload
  std::uint64_t sessions_forgotten = 0;    ///< for others, or for too many latches
  std::uint64_t gone_back = 0;             ///< messages that were not a session's next
  std::vector<RouterInbox::Status> inbox;  ///< by shard
  std::string inbox_fault;                 ///< why it cannot be written; empty where it can
  std::uint64_t accepted = 0;              ///< answered `queued`
  std::uint64_t accepted_refused = 0;      ///< and refused by the shard: their ids stand for other content
};

class RouterLogic {
 public:
  RouterLogic(std::uint16_t shards, Incarnation incarnation, const RouterLimits& limits,
              RefusedSequence refused_so_far, InboxStore& inbox, InboxIndex& index, FlowObserver& observer);

  /// One frame of a client. `caller` is who is at the other end of its connection: what a caller has not the
  /// role for is refused. At a door without keys everybody may do everything.
  void on_client(std::string_view client, std::string_view bytes, TimeUs now,
                 const Caller& caller = {{}, RoleSet::all()});
  /// What a client sent as several frames, or otherwise outside the protocol; `bytes` is what is kept of it.
  void on_client_nonsense(std::string_view client, std::string_view bytes, const Problem& problem,
                          TimeUs now);
  /// READY or RESULTS of a shard, or ALIVE of a worker, from the connection `peer`.
  [[nodiscard]] Result<void> on_shard(std::string_view peer, std::string_view bytes, TimeUs now);

  /// The connection of a worker is no more.
  void on_worker_gone(std::string_view peer) { membership_.on_gone(peer); }

  /// What workers are to be told now of the shards they should hold. Once a round, before flush().
  [[nodiscard]] std::vector<Membership::Message> place_shards(TimeUs now);
  /// Everything to be sent after a round of messages. Commits the inbox.
  [[nodiscard]] RouterEffects flush(TimeUs now);

  /// Whether something that was taken has no answer yet, and is not kept in the inbox for later; or the inbox
  /// keeps what it need not keep.
  [[nodiscard]] bool has_unanswered() const;
  [[nodiscard]] RouterStatus status() const;

 private:
  /// A well-formed command on its way into a queue.
  struct Arrival {
    std::size_t index;
    ShardIndex shard;
    const Command& command;
    bool is_async = false;
    bool held = false;     ///< an earlier command of its wallet was refused and has not come again
    bool reopens = false;  ///< it is that command
  };

  void on_hello(std::string_view client, std::string_view bytes, TimeUs now);
  void on_submit(std::string_view client, std::string_view bytes, TimeUs now, const Caller& caller);
  /// Whether the message is the session's next.
  [[nodiscard]] bool admit(std::string_view client, const SubmitHead& head);
  void refuse(std::string_view client, std::string_view bytes, const Problem& problem,
              std::optional<std::uint64_t> number, std::optional<std::uint64_t> index, TimeUs now);
  /// As `refuse`, where not the bytes are wrong but who sent them. It is counted and told, and not kept.
  void turn_away(std::string_view client, std::string_view bytes, const Problem& problem,
                 std::optional<std::uint64_t> number, std::optional<std::uint64_t> index);
  void answer(std::string_view client, std::optional<std::uint64_t> number,
              std::optional<std::uint64_t> index, const Answer& answer);
  void accept(std::string_view client, const Submit& submit, std::vector<Arrival> arrivals, TimeUs now);
  void mark_held(const SubmitHead& head, std::vector<Arrival>& arrivals) const;
  [[nodiscard]] std::vector<std::string> refusals(const Submit& submit,
                                                  const std::vector<Arrival>& arrivals) const;
  void queue(std::string_view client, const Submit& submit, const Arrival& arrival, TimeUs now);
  void overload(std::string_view client, const SubmitHead& head, const Arrival& arrival,
                std::string_view detail);
  void latch_for(const std::optional<SessionNonce>& session, const WalletId& wallet, const TransactionId& id);
  void tell(const std::vector<InboxVerdict>& verdicts);
  void tell(const InboxVerdict& verdict);
  [[nodiscard]] std::size_t in_flight(std::string_view client, const SubmitHead& head) const;
  void answer_pending(const Origin& origin, std::string_view body);
  void hold_behind(ShardIndex shard, const std::vector<AnsweredCommand>& overloaded);
  [[nodiscard]] bool keeps_refused_of(std::string_view client);
  void on_results(const Results& results, TimeUs now);

  const RouterLimits limits_;
  const Incarnation incarnation_;
  FlowObserver& observer_;
  std::deque<ShardQueue> queues_;
  Membership membership_;
  RouterInbox inbox_;
  SessionTable sessions_;
  std::map<std::string, std::size_t, std::less<>> in_flight_without_session_;  ///< by connection
  ClientOutbox outbox_;
  std::map<std::string, std::size_t, std::less<>> refused_by_peer_;
  std::vector<RefusedRecord> refused_;
  std::uint64_t refused_kept_;
  RouterStatus counters_;
  Submit submit_;  ///< the message being read; kept for its memory
};

}  // namespace florin
