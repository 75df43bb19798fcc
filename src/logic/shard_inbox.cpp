#include "logic/shard_inbox.hpp"

#include <algorithm>

#include "base/invariant.hpp"

namespace florin {

void ShardInbox::add(const Chunk& chunk, bool is_loaded) {
  invariant(chunk.first >= next_, "chunks are added in order");
  invariant(!is_loaded || !has_backlog(), "nothing passes the backlog");
  if (!has_backlog()) {
    loaded_to_ = chunk.first;
    backlog_since_ = chunk.accepted;
  }
  next_ = chunk.first.plus(chunk.commands);
  commands_ += chunk.commands;
  bytes_ += chunk.bytes;
  if (is_loaded) {
    load(chunk);
  }
}

void ShardInbox::load(const Chunk& chunk) {
  invariant(chunk.first >= loaded_to_, "the backlog is loaded from its begin");
  loaded_.push_back({chunk, chunk.commands});
  loaded_to_ = chunk.first.plus(chunk.commands);
}

std::optional<ShardInbox::Chunk> ShardInbox::decided(InboxPosition position) {
  const auto behind = std::upper_bound(
      loaded_.begin(), loaded_.end(), position,
      [](InboxPosition wanted, const Loaded& loaded) { return wanted < loaded.chunk.first; });
  invariant(behind != loaded_.begin(), "what is decided was loaded");
  Loaded& loaded = *std::prev(behind);
  invariant(loaded.left > 0, "a position is decided once");
  --commands_;
  if (--loaded.left > 0) {
    return std::nullopt;
  }
  const Chunk chunk = loaded.chunk;
  bytes_ -= chunk.bytes;
  while (!loaded_.empty() && loaded_.front().left == 0) {
    loaded_.pop_front();
  }
  return chunk;
}

std::optional<TimeUs> ShardInbox::oldest() const {
  if (!loaded_.empty()) {
    return loaded_.front().chunk.accepted;
  }
  return has_backlog() ? std::optional(backlog_since_) : std::nullopt;
}

}  // namespace florin
