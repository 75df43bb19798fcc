#pragma once

/// Reading a shard's tables within one read transaction.

#include <optional>
#include <string>

#include "protocol/batch_record.hpp"
#include "storage/lmdb.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// The journal's key: first sequence, then ordinal, both big-endian. The sequence leads so that the record
/// that holds an entry is found without an index; the ordinal tells an epoch record, which holds none, from
/// the record behind it.
[[nodiscard]] std::string journal_key(SequenceNumber first, BatchOrdinal ordinal);

class LmdbShardSnapshot : public ShardSnapshot {
 public:
  LmdbShardSnapshot(lmdb::Env& env, const ShardTables& tables, const Id128& lineage, ShardIndex shard);

  [[nodiscard]] Head head() const override;
  [[nodiscard]] Totals totals() const override;
  [[nodiscard]] std::optional<WalletState> wallet(const WalletId& wallet) const override;
  [[nodiscard]] std::optional<SequenceNumber> find_id(IdNamespace id_namespace, const WalletId& wallet,
                                                      const TransactionId& id) const override;
  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override;
  [[nodiscard]] Page<WalletRow> wallets(std::string_view after, std::size_t limit) const override;
  [[nodiscard]] Page<IdRow> ids(std::string_view after, std::size_t limit) const override;
  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override;
  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override;

  /// The packed version and position of the derived tables.
  [[nodiscard]] std::string derived_mark() const;

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
