#pragma once

/// What the router knows of one shard's part of the inbox: which chunks there are, how much of them is in the
/// shard's queue, and which chunks can go. No store and no queue: RouterInbox holds the three together.
///
///     positions   ... | chunk: some decided | chunk | chunk        | next
///                  removed      loaded: in the queue   | backlog: in the store alone
///
/// What is loaded is a whole number of chunks. A chunk goes when each of its commands is decided.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/strong.hpp"

namespace florin {

class ShardInbox {
 public:
  struct Chunk {
    InboxPosition first;
    std::size_t commands = 0;
    std::uint64_t bytes = 0;
    TimeUs accepted;  ///< of its first command
  };

  /// A chunk that is durable, and whether its commands are in the queue.
  void add(const Chunk& chunk, bool is_loaded);
  /// The first chunk of the backlog has come into the queue.
  void load(const Chunk& chunk);
  /// Of one that is loaded. Gives its chunk where that was the last of it.
  [[nodiscard]] std::optional<Chunk> decided(InboxPosition position);

  [[nodiscard]] InboxPosition next() const { return next_; }
  [[nodiscard]] bool has_backlog() const { return loaded_to_ < next_; }
  /// The first that is in the store alone.
  [[nodiscard]] InboxPosition backlog_begin() const { return loaded_to_; }
  /// Accepted and not decided.
  [[nodiscard]] std::size_t commands() const { return commands_; }
  /// Of chunks that are not removed.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// When the oldest was accepted.
  [[nodiscard]] std::optional<TimeUs> oldest() const;

 private:
  struct Loaded {
    Chunk chunk;
    std::size_t left = 0;  ///< not decided yet
  };

  std::deque<Loaded> loaded_;  ///< in order; the front has something left
  InboxPosition next_{1};
  InboxPosition loaded_to_{1};
  TimeUs backlog_since_;
  std::size_t commands_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace florin
