#pragma once

/// The router's inbox: makes commands durable before they are decided, so that their senders can go. Between
/// the front door and the queues of the shards:
///
///     async ──> staged ──commit──> answered `queued` ──┬─ room ──> the shard's queue ──> decided ──> removed
///               sync that comes behind                 └─ none ──> backlog in the store ──┘ as room comes
///
/// What keeps the order:
///
///   - Behind something staged of its shard everything is staged, so nothing overtakes it.
///   - While a shard has a backlog, no synchronous command gets into its queue.
///   - `queued` says that what came before in the wallet is decided or in the inbox, too: the same commit
///     writes what the queue has of the wallet in memory only. After a crash all of it comes back, in order.
///
/// A commit is of everything staged since the last. Where its outcome is unknown, nothing is answered until
/// the store was opened again and the same was committed once more, which makes it durable either way. Chunks
/// go some time after the answers of their commands: what is decided twice because of that was decided once.
/// Used by the router's thread alone; throws StoreFault (refused) where a chunk cannot be read.

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logic/flow.hpp"
#include "logic/inbox_batch.hpp"
#include "logic/inbox_index.hpp"
#include "logic/router_limits.hpp"
#include "logic/shard_inbox.hpp"
#include "logic/shard_queue.hpp"
#include "storage/fault.hpp"
#include "storage/inbox_store.hpp"

namespace florin {

/// A command on its way: past the checks, not in the queue yet.
struct StagedCommand {
  Origin origin;
  WalletId wallet;
  TransactionId id;
  std::string packed;
  TimeUs accepted;
  bool is_async = false;
  bool is_withdrawn = false;  ///< refused meanwhile, and only passed over
};

/// What became of a command whose sender is to hear of it now.
struct InboxVerdict {
  Origin origin;
  ShardIndex shard;
  WalletId wallet;
  TransactionId id;
  std::string refusal;  ///< empty: it is durable
};

class RouterInbox {
 public:
  struct Status {
    std::uint64_t commands = 0;  ///< accepted and not decided
    std::uint64_t bytes = 0;
    bool has_backlog = false;  ///< some of it is in the store alone
    std::optional<TimeUs> oldest;
  };
  /// A message's part for one shard.
  struct Part {
    std::size_t sync = 0;
    std::size_t async = 0;
    std::uint64_t async_bytes = 0;
  };

  /// Reads what there is. It comes into the queues with the first settle().
  RouterInbox(InboxStore& store, InboxIndex& index, const RouterLimits& limits, std::uint16_t shards,
              FlowObserver& observer);

  /// Why the part cannot be taken by a shard whose queue holds `queued`; empty where it can.
  [[nodiscard]] std::string refusal_of(ShardIndex shard, const Part& part, std::size_t queued) const;
  /// Whether a command for this shard must wait for a commit, whatever it is.
  [[nodiscard]] bool holds_back(ShardIndex shard) const { return !shards_[shard.value()].staged.empty(); }
  void stage(ShardIndex shard, StagedCommand command);
  /// Refuses what is staged of these sessions and wallets and nobody has made durable: the shard has refused
  /// what comes before it.
  using Lane = std::pair<std::string_view, WalletId>;  ///< session and wallet
  [[nodiscard]] std::vector<InboxVerdict> withdraw(ShardIndex shard,
                                                   const std::function<bool(const Lane&)>& is_refused);

  /// Once in a round, before the shards are heard again: commits what is staged, removes what is decided, and
  /// lets into the queues what may come.
  [[nodiscard]] std::vector<InboxVerdict> settle(std::deque<ShardQueue>& queues, TimeUs now);
  /// The answer to something that is in the inbox is here.
  void decided(ShardIndex shard, const AnsweredCommand& answered);

  /// Whether something waits for a commit: to be written, or to be removed as the last that there is.
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] Status status(ShardIndex shard) const;
  /// Why it cannot be written at the moment; empty where it can.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  struct Shard {
    ShardInbox inbox;
    std::vector<StagedCommand> staged;
  };
  struct Decided {
    ShardIndex shard;
    InboxPosition position;
    std::uint64_t key = 0;
  };

  void open_again(TimeUs now);
  void fill(std::deque<ShardQueue>& queues);
  void fill(ShardIndex shard, ShardQueue& queue);
  void prepare(std::deque<ShardQueue>& queues, TimeUs now);
  [[nodiscard]] InboxBatch::Part prepare(ShardIndex shard, ShardQueue& queue, InboxBatch& batch);
  void refuse_behind_backlog(ShardIndex shard, const ShardQueue& queue);
  void commit(std::deque<ShardQueue>& queues, TimeUs now);
  void decided(const Decided& decided);
  [[nodiscard]] bool is_in_batch(ShardIndex shard, std::size_t staged) const;
  void settled(const InboxBatch::Part& part, ShardQueue& queue);
  void leave_queues(std::deque<ShardQueue>& queues, const InboxBatch& batch);
  void refuse_staged(std::deque<ShardQueue>& queues, const std::string& why);
  void release_staged(Shard& shard, ShardQueue& queue);
  void verdict(ShardIndex shard, const StagedCommand& command, std::string refusal);
  void failed(const StoreFault& fault, std::deque<ShardQueue>& queues, TimeUs now);
  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] std::size_t commands() const;

  InboxStore& store_;
  InboxIndex& index_;
  const RouterLimits limits_;
  FlowObserver& observer_;
  std::vector<Shard> shards_;
  std::optional<InboxBatch> batch_;        ///< being committed, or of unknown outcome
  std::vector<Decided> decided_in_doubt_;  ///< of those that joined the batch whose outcome is not known
  std::vector<InboxKey> removable_;
  std::vector<std::uint64_t> decided_keys_;  ///< to be taken out of the index
  TimeUs removable_since_;
  bool is_open_ = true;
  bool in_doubt_ = false;  ///< the batch may be there, or not
  std::string fault_;
  TimeUs faulted_at_;
  std::size_t staged_async_ = 0;
  std::uint64_t staged_async_bytes_ = 0;
  std::vector<InboxVerdict> verdicts_;
};

}  // namespace florin
