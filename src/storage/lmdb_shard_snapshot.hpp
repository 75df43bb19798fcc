#pragma once

/// Reading a shard's tables within one read transaction.

#include <optional>
#include <string>

#include "protocol/batch_record.hpp"
#include "storage/lmdb.hpp"
#include "storage/lmdb_shard_disk.hpp"
#include "storage/shard_disk.hpp"

namespace florin {

/// The journal's key: first sequence, then ordinal, both big-endian. The sequence leads so that the record
/// that holds an entry is found without an index; the ordinal tells an epoch record, which holds none, from
/// the record behind it.
[[nodiscard]] std::string journal_key(SequenceNumber first, BatchOrdinal ordinal);

/// The key of a chunk of ids: partition (2), level (1), cycle (8), numbers big-endian.
[[nodiscard]] std::string chunk_key(const ChunkKey& key);

class LmdbShardSnapshot : public DiskSnapshot {
 public:
  LmdbShardSnapshot(lmdb::Env& env, const ShardTables& tables, const Id128& lineage, ShardIndex shard);

  [[nodiscard]] Head head() const override;
  [[nodiscard]] Totals totals() const override;
  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override;
  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override;
  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override;

  /// All zero where there is none of this version.
  [[nodiscard]] DerivedMark mark() const override;
  [[nodiscard]] std::optional<DerivedMark> mark_or_none() const;
  [[nodiscard]] std::optional<WalletState> stored_wallet(const WalletId& wallet) const override;
  [[nodiscard]] Page<WalletRow> stored_wallets(std::string_view after, std::size_t limit) const override;
  void chunks(std::optional<std::uint16_t> partition, const TakeChunk& take) const override;

 private:
  [[nodiscard]] BatchRecord record_with(SequenceNumber sequence) const;
  /// Moves to the record with this ordinal, or to the first behind it; by bisection over the sequences.
  [[nodiscard]] bool seek_ordinal(lmdb::Cursor& cursor, BatchOrdinal ordinal) const;

  lmdb::ReadTxn txn_;
  const ShardTables& tables_;
  const Id128 lineage_;
  const ShardIndex shard_;
  mutable std::optional<EntryIndex> last_read_;  ///< into the transaction's pages
};

}  // namespace florin
