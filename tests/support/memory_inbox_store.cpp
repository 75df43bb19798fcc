#include "tests/support/memory_inbox_store.hpp"

namespace florin::test {

std::vector<InboxRow> MemoryInboxStore::read(ShardIndex shard, InboxPosition from, std::size_t bytes_max) {
  std::vector<InboxRow> rows;
  std::size_t bytes = 0;
  for (auto row = chunks.lower_bound({shard.value(), from.value()});
       row != chunks.end() && row->first.first == shard.value() && (rows.empty() || bytes < bytes_max);
       ++row) {
    rows.push_back({{shard, InboxPosition(row->first.second)}, row->second});
    bytes += row->second.size();
  }
  return rows;
}

void MemoryInboxStore::commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) {
  const auto fault = std::exchange(fails_with, std::nullopt);
  if (!fault || keeps_failed) {
    for (const InboxKey& key : removed) {
      chunks.erase({key.shard.value(), key.first.value()});
    }
    for (const InboxRow& row : added) {
      chunks[{row.key.shard.value(), row.key.first.value()}] = row.chunk;
    }
  }
  if (fault) {
    throw StoreFault(*fault, "planted");
  }
  ++commits;
}

}  // namespace florin::test
