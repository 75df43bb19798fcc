// Of the router's inbox: one commit, from what is staged to what its senders are told.

#include <algorithm>
#include <set>
#include <utility>

#include "base/wait.hpp"
#include "logic/router_inbox.hpp"

namespace florin {

namespace {

/// Chunks that can go are removed with the next commit, or after so long, or when there are so many.
constexpr std::int64_t kRemoveAfterUs = 200'000;
constexpr std::size_t kRemovedAtOnce = 256;

}  // namespace

void RouterInbox::prepare(std::deque<ShardQueue>& queues, TimeUs now) {
  InboxBatch batch;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    const ShardIndex shard(static_cast<std::uint16_t>(i));
    std::erase_if(shards_[i].staged, [](const StagedCommand& command) { return command.is_withdrawn; });
    if (shards_[i].inbox.has_backlog()) {
      refuse_behind_backlog(shard, queues[i]);
    }
    const auto& staged = shards_[i].staged;
    if (std::any_of(staged.begin(), staged.end(), [](const auto& command) { return command.is_async; })) {
      batch.parts.push_back(prepare(shard, queues[i], batch));
    } else {
      release_staged(shards_[i], queues[i]);
    }
  }
  const bool removes = !removable_.empty() && (!batch.added.empty() || removable_.size() >= kRemovedAtOnce ||
                                               wait_is_over(now, removable_since_, kRemoveAfterUs));
  if (bytes() + batch.bytes > limits_.inbox_bytes_max && !batch.added.empty()) {
    leave_queues(queues, batch);
    refuse_staged(queues, "the inbox is full");
    return;
  }
  if (removes) {
    batch.removed = std::exchange(removable_, {});
  }
  if (!batch.added.empty() || removes) {
    batch_ = std::move(batch);
  }
}

InboxBatch::Part RouterInbox::prepare(ShardIndex shard, ShardQueue& queue, InboxBatch& batch) {
  const Shard& of = shards_[shard.value()];
  InboxBatch::Part part;
  part.shard = shard;
  constexpr std::size_t kChunkCommands = 1024;
  InboxChunker chunks(shard, of.inbox.next(), std::min(kChunkCommands, limits_.queue_commands_max), batch,
                      part);
  std::set<WalletId> wallets;  // of asynchronous commands from here to the end
  std::vector<bool> is_written(of.staged.size());
  for (std::size_t i = of.staged.size(); i-- > 0;) {
    if (of.staged[i].is_async) {
      wallets.insert(of.staged[i].wallet);
    }
    is_written[i] = wallets.contains(of.staged[i].wallet);
  }
  for (const PendingCommand* pending : queue.only_in_memory(wallets)) {
    part.joined.push_back({pending->work.ticket,
                           chunks.add(pending->work.queued, pending->work.packed, true),
                           {InboxIndex::key_of(pending->wallet, pending->id), pending->work.queued}});
  }
  const std::size_t room = of.inbox.has_backlog() ? 0
                                                  : limits_.queue_commands_max -
                                                        std::min(queue.size(), limits_.queue_commands_max);
  for (std::size_t i = 0; i < of.staged.size(); ++i) {
    part.positions.push_back(is_written[i] ? chunks.add(of.staged[i].accepted, of.staged[i].packed, i < room)
                                           : InboxPosition());
  }
  chunks.close();
  for (const InboxBatch::Joined& joined : part.joined) {
    queue.set_inbox(joined.ticket, joined.position);  // from here on it is not refused any more
  }
  return part;
}

/// Behind a backlog only the inbox is open. What is staged all the same, because the backlog was being
/// written when it came, comes again: the queue would let it pass. So does what is newer of a wallet that the
/// queue has in memory only, which cannot be written behind a backlog that it goes before.
void RouterInbox::refuse_behind_backlog(ShardIndex shard, const ShardQueue& queue) {
  auto& staged = shards_[shard.value()].staged;
  std::set<WalletId> wallets;
  for (const StagedCommand& command : staged) {
    wallets.insert(command.wallet);
  }
  std::set<WalletId> waiting;  // something of theirs comes first, and is not in the inbox
  for (const PendingCommand* pending : queue.only_in_memory(wallets)) {
    waiting.insert(pending->wallet);
  }
  std::erase_if(staged, [&](const StagedCommand& command) {
    const bool refused = !command.is_async || waiting.contains(command.wallet);
    if (refused) {
      waiting.insert(command.wallet);
      verdict(shard, command, "the inbox's backlog, or an earlier command of the wallet, comes first");
    }
    return refused;
  });
}

void RouterInbox::commit(std::deque<ShardQueue>& queues, TimeUs now) {
  if (!batch_) {
    return;
  }
  store_.commit(batch_->added, batch_->removed);
  in_doubt_ = false;
  fault_.clear();
  const InboxBatch batch = std::move(*batch_);
  batch_.reset();
  removable_since_ = now;
  for (const InboxBatch::Part& part : batch.parts) {
    settled(part, queues[part.shard.value()]);
  }
  for (const Decided& known_now : std::exchange(decided_in_doubt_, {})) {
    decided(known_now);
  }
}

/// The part is durable.
void RouterInbox::settled(const InboxBatch::Part& part, ShardQueue& queue) {
  Shard& of = shards_[part.shard.value()];
  for (const InboxBatch::NewChunk& added : part.chunks) {
    of.inbox.add(added.chunk, added.is_loaded);
  }
  std::vector<InboxIndex::Change> accepted;
  for (const InboxBatch::Joined& joined : part.joined) {
    accepted.push_back(joined.change);
  }
  for (std::size_t i = 0; i < part.positions.size(); ++i) {
    StagedCommand& command = of.staged[i];
    if (command.is_withdrawn) {
      continue;
    }
    const InboxPosition position = part.positions[i];
    const bool is_written = position != InboxPosition();
    if (!is_written || position < of.inbox.backlog_begin()) {
      queue.push(command.is_async ? Origin{} : command.origin, command.wallet, command.id, command.packed,
                 command.accepted, position, command.is_async);
    }
    if (is_written) {
      accepted.push_back({InboxIndex::key_of(command.wallet, command.id), command.accepted});
    }
    if (command.is_async) {
      verdict(part.shard, command, {});
    }
  }
  of.staged.erase(of.staged.begin(), of.staged.begin() + static_cast<std::ptrdiff_t>(part.positions.size()));
  index_.add(accepted);
}

/// Nothing of it is durable. What the same session has behind it in the wallet must not come before it, and
/// nothing may come before a backlog.
void RouterInbox::refuse_staged(std::deque<ShardQueue>& queues, const std::string& why) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    std::set<std::pair<std::string, WalletId>> refused;
    std::erase_if(shards_[i].staged, [&](const StagedCommand& command) {
      const auto& session = command.origin.session;
      const auto lane = std::pair(session ? std::string(session->view()) : std::string(), command.wallet);
      if (command.is_withdrawn) {
        return true;
      }
      const bool refuses =
          command.is_async || shards_[i].inbox.has_backlog() || (session && refused.contains(lane));
      if (refuses) {
        refused.insert(lane);
        verdict(ShardIndex(static_cast<std::uint16_t>(i)), command, why);
      }
      return refuses;
    });
    release_staged(shards_[i], queues[i]);
  }
}

/// Nothing of it has to be written.
void RouterInbox::release_staged(Shard& shard, ShardQueue& queue) {
  for (StagedCommand& command : shard.staged) {
    if (!command.is_withdrawn) {
      queue.push(std::move(command.origin), command.wallet, command.id, command.packed, command.accepted,
                 InboxPosition(), false);
    }
  }
  shard.staged.clear();
}

void RouterInbox::verdict(ShardIndex shard, const StagedCommand& command, std::string refusal) {
  staged_async_ -= command.is_async ? 1 : 0;
  staged_async_bytes_ -= command.is_async ? inbox_bytes_of(command.packed.size()) : 0;
  verdicts_.push_back({command.origin, shard, command.wallet, command.id, std::move(refusal)});
}

}  // namespace florin
