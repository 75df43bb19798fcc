#pragma once

/// What one commit adds to the inbox of one shard: commands that were accepted before they are decided.
///
///     chunk      [1, shard, first, [[accepted, command], ...], hash]
///
/// The commands are as their clients sent them and have the positions from `first` on. The hash is XXH3_64
/// over all bytes before it: LMDB's pages have no checksums of their own.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "protocol/command_codec.hpp"
#include "protocol/problem.hpp"

namespace florin {

/// A command in the inbox, as it is written.
struct InboxItem {
  TimeUs accepted;
  std::string_view packed;
};

struct InboxChunk {
  struct Item {
    TimeUs accepted;
    Command command;
    std::string_view packed;  ///< a view into what was decoded
  };
  ShardIndex shard;
  InboxPosition first;
  std::vector<Item> items;  ///< at least one
};

[[nodiscard]] std::string encode_inbox_chunk(ShardIndex shard, InboxPosition first,
                                             std::span<const InboxItem> items);
[[nodiscard]] Result<InboxChunk> decode_inbox_chunk(std::string_view bytes);

}  // namespace florin
