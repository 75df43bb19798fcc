#pragma once

/// Deals the entries of old journals out to the journals of another number of shards, as they were recorded:
/// outcomes, versions, times and ids stay; sequences, links between a wallet's entries and hashes are new.
///
///     old record, 4 shards                  new records, 2 shards, all of the old one's time
///     [a1 b1 c1 d1]  ── hash(wallet) ──>    shard 0: [a1 c1]    shard 1: [b1 d1]
///
/// Keeps the last sequence of each wallet: memory grows with wallets, not with entries.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "protocol/batch_record.hpp"
#include "storage/shard_store.hpp"

namespace florin {

class Resharder {
 public:
  /// Gets the new records, each shard's in order.
  using Sink = std::function<void(ShardIndex, SealedRecord)>;

  Resharder(const Id128& lineage, std::uint16_t shards, Sink sink);

  /// The next old record, none earlier than the one before; a wallet's entries come in their order. Refuses
  /// (StoreFault) an entry whose wallets would be parted.
  void take(const BatchHeader& header, std::vector<Entry> entries);

 private:
  struct Target {
    Head head;
    std::optional<BatchBuilder> builder;  ///< of the old record that is being dealt out
  };

  [[nodiscard]] ShardIndex target_of(const Entry& entry) const;
  void add(ShardIndex shard, const BatchHeader& old, Entry entry);
  [[nodiscard]] BatchHeader next_header(const Target& target, RecordType type, const BatchHeader& old) const;
  void seal(ShardIndex shard);
  void emit(ShardIndex shard, SealedRecord record);

  const std::uint16_t shards_;
  const Sink sink_;
  std::vector<Target> targets_;
  absl::flat_hash_map<WalletId, SequenceNumber> last_;
};

}  // namespace florin
