#pragma once

/// An inbox in memory that fails when it is told to. It outlives a router if the test wants it to.

#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "storage/fault.hpp"
#include "storage/inbox_store.hpp"

namespace florin::test {

class MemoryInboxStore : public InboxStore {
 public:
  using Key = std::pair<std::uint16_t, std::uint64_t>;  ///< shard, first position

  [[nodiscard]] std::vector<InboxRow> read(ShardIndex shard, InboxPosition from,
                                           std::size_t bytes_max) override;
  void commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) override;
  void reopen() override { ++reopened; }

  std::map<Key, std::string> chunks;
  unsigned commits = 0;
  unsigned reopened = 0;
  /// The next commit fails so.
  std::optional<FaultKind> fails_with;
  /// And is there nevertheless.
  bool keeps_failed = false;
};

}  // namespace florin::test
