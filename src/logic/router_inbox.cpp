#include "logic/router_inbox.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.hpp"
#include "base/wait.hpp"
#include "protocol/inbox_chunk.hpp"

namespace florin {

namespace {

constexpr std::size_t kInboxReadBytes = std::size_t{1} << 20U;
/// After a fault the store is tried again.
constexpr std::int64_t kFaultPauseUs = 500'000;

InboxChunk decoded(const InboxRow& row) {
  auto chunk = decode_inbox_chunk(row.chunk);
  if (!chunk || chunk->shard != row.key.shard || chunk->first != row.key.first) {
    refuse_store(fmt::format(
        "a chunk of the inbox is damaged ({}): restore router/inbox from a backup. Deleted, it takes the "
        "commands with it that were accepted and not decided",
        chunk ? "it lies under another key" : chunk.error().detail));
  }
  return std::move(*chunk);
}

ShardInbox::Chunk described(const InboxRow& row, const InboxChunk& chunk) {
  return {chunk.first, chunk.items.size(), inbox_bytes_of(row.chunk.size()), chunk.items.front().accepted};
}

}  // namespace

RouterInbox::RouterInbox(InboxStore& store, InboxIndex& index, const RouterLimits& limits,
                         std::uint16_t shards, FlowObserver& observer)
    : store_(store), index_(index), limits_(limits), observer_(observer), shards_(shards) {
  for (std::uint16_t i = 0; i < shards; ++i) {
    ShardInbox& inbox = shards_[i].inbox;
    for (auto rows = store.read(ShardIndex(i), inbox.next(), kInboxReadBytes); !rows.empty();
         rows = store.read(ShardIndex(i), inbox.next(), kInboxReadBytes)) {
      for (const InboxRow& row : rows) {
        const InboxChunk chunk = decoded(row);
        inbox.add(described(row, chunk), false);
        std::vector<InboxIndex::Change> changes;
        for (const InboxChunk::Item& item : chunk.items) {
          changes.push_back({InboxIndex::key_of(item.command.wallet, item.command.id), item.accepted});
        }
        index.add(changes);
      }
    }
  }
}

std::string RouterInbox::refusal_of(ShardIndex shard, const Part& part, std::size_t queued) const {
  const Shard& of = shards_[shard.value()];
  if (part.async > 0 && !is_open_) {
    return "the inbox cannot be written at the moment";
  }
  if (part.async > 0 && (commands() + staged_async_ + part.async > limits_.inbox_commands_max ||
                         bytes() + staged_async_bytes_ + part.async_bytes > limits_.inbox_bytes_max)) {
    return "the inbox is full";
  }
  if (part.sync > 0 && of.inbox.has_backlog()) {
    return fmt::format("shard {} has a backlog in the inbox, which comes first", shard.value());
  }
  if (part.sync > 0 && queued + of.staged.size() + part.sync + part.async > limits_.queue_commands_max) {
    return fmt::format("the queue of shard {} is full", shard.value());
  }
  return {};
}

void RouterInbox::stage(ShardIndex shard, StagedCommand command) {
  staged_async_ += command.is_async ? 1 : 0;
  staged_async_bytes_ += command.is_async ? inbox_bytes_of(command.packed.size()) : 0;
  shards_[shard.value()].staged.push_back(std::move(command));
}

std::vector<InboxVerdict> RouterInbox::settle(std::deque<ShardQueue>& queues, TimeUs now) {
  if (!decided_keys_.empty()) {
    index_.remove(decided_keys_);
    decided_keys_.clear();
  }
  try {
    if (!is_open_ && wait_is_over(now, faulted_at_, kFaultPauseUs)) {
      open_again(now);
    }
    if (is_open_) {
      if (!batch_) {
        fill(queues);
        prepare(queues, now);
      }
      commit(queues, now);
    }
  } catch (const StoreFault& fault) {
    if (fault.kind() == FaultKind::refused) {
      throw;
    }
    failed(fault, queues, now);
  }
  return std::exchange(verdicts_, {});
}

/// Nothing of a batch for which there was no room is there. Of one whose outcome is unknown nothing is known
/// until a commit of the same succeeds, however long that takes.
void RouterInbox::failed(const StoreFault& fault, std::deque<ShardQueue>& queues, TimeUs now) {
  fault_ = fault.what();
  faulted_at_ = now;
  observer_.fault("router", "the inbox: " + fault_);
  is_open_ = is_open_ && fault.kind() == FaultKind::no_space && !in_doubt_;
  in_doubt_ = batch_ && !is_open_;
  if (in_doubt_) {
    return;
  }
  if (batch_) {
    removable_.insert(removable_.end(), batch_->removed.begin(), batch_->removed.end());
    removable_since_ = now;
    leave_queues(queues, *batch_);
    batch_.reset();
  }
  refuse_staged(queues, "the inbox cannot be written at the moment");
}

/// What was to join the batch is in memory only, as before.
void RouterInbox::leave_queues(std::deque<ShardQueue>& queues, const InboxBatch& batch) {
  for (const InboxBatch::Part& part : batch.parts) {
    for (const InboxBatch::Joined& joined : part.joined) {
      queues[part.shard.value()].set_inbox(joined.ticket, InboxPosition());
    }
  }
}

void RouterInbox::open_again(TimeUs now) {
  faulted_at_ = now;
  store_.reopen();
  is_open_ = true;
}

// ---------------------------------------------------------------------------------------------------------
// From the store into the queues

void RouterInbox::fill(std::deque<ShardQueue>& queues) {
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    fill(ShardIndex(static_cast<std::uint16_t>(i)), queues[i]);
  }
}

/// Half of the queue at a time, so that not each answer leads to a read.
void RouterInbox::fill(ShardIndex shard, ShardQueue& queue) {
  Shard& of = shards_[shard.value()];
  while (of.inbox.has_backlog() && 2 * queue.size() <= limits_.queue_commands_max) {
    const auto rows = store_.read(shard, of.inbox.backlog_begin(), kInboxReadBytes);
    invariant(!rows.empty(), "the backlog is in the store");
    for (const InboxRow& row : rows) {
      const InboxChunk chunk = decoded(row);
      if (queue.size() > 0 && queue.size() + chunk.items.size() > limits_.queue_commands_max) {
        return;
      }
      InboxPosition position = chunk.first;
      for (const InboxChunk::Item& item : chunk.items) {
        queue.push({}, item.command.wallet, item.command.id, item.packed, item.accepted, position, true);
        position = position.next();
      }
      of.inbox.load(described(row, chunk));
    }
  }
}

void RouterInbox::decided(ShardIndex shard, const AnsweredCommand& answered) {
  const Decided now{shard, answered.inbox, InboxIndex::key_of(answered.wallet, answered.id)};
  const bool is_known = answered.inbox < shards_[shard.value()].inbox.next();
  is_known ? decided(now) : decided_in_doubt_.push_back(now);
}

void RouterInbox::decided(const Decided& decided) {
  decided_keys_.push_back(decided.key);
  if (const auto chunk = shards_[decided.shard.value()].inbox.decided(decided.position)) {
    removable_.push_back({decided.shard, chunk->first});
  }
}

std::vector<InboxVerdict> RouterInbox::withdraw(ShardIndex shard,
                                                const std::function<bool(const Lane&)>& is_refused) {
  std::vector<InboxVerdict> refused;
  auto& staged = shards_[shard.value()].staged;
  for (std::size_t i = 0; i < staged.size(); ++i) {
    StagedCommand& command = staged[i];
    const bool may_go = !command.is_async && !command.is_withdrawn && !is_in_batch(shard, i);
    const auto& session = command.origin.session;
    if (may_go && session && is_refused({session->view(), command.wallet})) {
      command.is_withdrawn = true;
      refused.push_back({command.origin, shard, command.wallet, command.id,
                         "an earlier command of the wallet was refused"});
    }
  }
  return refused;
}

/// Whether it is written with the batch, whose outcome is not known.
bool RouterInbox::is_in_batch(ShardIndex shard, std::size_t staged) const {
  if (!batch_) {
    return false;
  }
  const auto part = std::find_if(batch_->parts.begin(), batch_->parts.end(),
                                 [&](const InboxBatch::Part& of) { return of.shard == shard; });
  return part != batch_->parts.end() && staged < part->positions.size() &&
         part->positions[staged] != InboxPosition();
}

// ---------------------------------------------------------------------------------------------------------

bool RouterInbox::has_work() const {
  // A long inbox need not be decided first: what is left of it for the next start is found decided there.
  if (is_open_ && !removable_.empty() && commands() == 0) {
    return true;
  }
  return std::any_of(shards_.begin(), shards_.end(),
                     [](const Shard& shard) { return !shard.staged.empty(); });
}

std::size_t RouterInbox::commands() const {
  std::size_t commands = 0;
  for (const Shard& shard : shards_) {
    commands += shard.inbox.commands();
  }
  return commands;
}

std::uint64_t RouterInbox::bytes() const {
  std::uint64_t bytes = 0;
  for (const Shard& shard : shards_) {
    bytes += shard.inbox.bytes();
  }
  return bytes;
}

RouterInbox::Status RouterInbox::status(ShardIndex shard) const {
  const ShardInbox& inbox = shards_[shard.value()].inbox;
  return {inbox.commands(), inbox.bytes(), inbox.has_backlog(), inbox.oldest()};
}

}  // namespace florin
