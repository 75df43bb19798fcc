#pragma once

/// What the router keeps of commands that it has answered `queued`: chunks (protocol/inbox_chunk.hpp), each
/// written whole and removed whole. One thread uses it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/strong.hpp"

namespace florin {

struct InboxKey {
  ShardIndex shard;
  InboxPosition first;

  bool operator==(const InboxKey&) const = default;
};

struct InboxRow {
  InboxKey key;
  std::string chunk;
};

class InboxStore {
 public:
  virtual ~InboxStore() = default;

  /// Chunks of a shard from the position `from` on, in order: as many as `bytes_max` lets through, and at
  /// least one where there is one.
  [[nodiscard]] virtual std::vector<InboxRow> read(ShardIndex shard, InboxPosition from,
                                                   std::size_t bytes_max) = 0;
  /// Durable, and all of it, once it returns. Removing what is not there is no fault.
  virtual void commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) = 0;
  /// Closes and opens again, after a fault that left the outcome of a commit unknown.
  virtual void reopen() = 0;
};

/// What a chunk takes of the store, at most: one that is not small has pages of its own.
[[nodiscard]] constexpr std::uint64_t inbox_bytes_of(std::size_t chunk_bytes) {
  constexpr std::uint64_t kPageBytes = 4096;
  constexpr std::uint64_t kOverheadBytes = 64;
  const std::uint64_t bytes = chunk_bytes + kOverheadBytes;
  return 2 * bytes < kPageBytes ? bytes : (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
}

}  // namespace florin
