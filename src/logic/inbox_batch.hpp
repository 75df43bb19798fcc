#pragma once

/// One commit of the router's inbox, as it is put together: chunks of several shards, and what they stand
/// for.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "logic/inbox_index.hpp"
#include "logic/shard_inbox.hpp"
#include "protocol/backend.hpp"
#include "protocol/inbox_chunk.hpp"
#include "storage/inbox_store.hpp"

namespace florin {

struct InboxBatch {
  /// A command of the shard's queue that is written, too.
  struct Joined {
    Ticket ticket;
    InboxPosition position;
    InboxIndex::Change change;
  };
  struct NewChunk {
    ShardInbox::Chunk chunk;
    bool is_loaded = false;  ///< its commands are in the queue, or go there
  };
  struct Part {
    ShardIndex shard;
    std::vector<Joined> joined;
    std::vector<InboxPosition> positions;  ///< of what is staged; none for what is not written
    std::vector<NewChunk> chunks;
  };

  std::vector<InboxRow> added;
  std::vector<InboxKey> removed;
  std::vector<Part> parts;
  std::uint64_t bytes = 0;  ///< of what is added
};

/// Cuts what is written of one shard into chunks: of a bounded size, and all of it in the queue or nothing.
class InboxChunker {
 public:
  InboxChunker(ShardIndex shard, InboxPosition next, std::size_t commands_max, InboxBatch& batch,
               InboxBatch::Part& part)
      : shard_(shard), next_(next), commands_max_(commands_max), batch_(batch), part_(part) {}

  /// `packed` must live until close(). Gives its position.
  InboxPosition add(TimeUs accepted, std::string_view packed, bool is_loaded);
  void close();

 private:
  const ShardIndex shard_;
  InboxPosition next_;  ///< of the chunk's first
  const std::size_t commands_max_;
  InboxBatch& batch_;
  InboxBatch::Part& part_;
  std::vector<InboxItem> items_;
  std::size_t bytes_ = 0;
  bool is_loaded_ = true;
};

}  // namespace florin
