#pragma once

/// What a shard actor needs of its store. The journal is the truth; wallets, ids and totals are derived from
/// it. Where they are kept, and when they are written, is not its concern (write_back_shard.hpp).

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocol/batch_record.hpp"
#include "protocol/query.hpp"

namespace florin {

/// The last record of a journal, or its genesis.
struct Head {
  BatchHeader header;
  Digest hash;
};

/// What stands before a shard's first record: ordinal and sequences 0, a hash of zeros.
[[nodiscard]] inline Head empty_head(const Id128& lineage, ShardIndex shard) {
  return {genesis(lineage, shard), {}};
}

/// All that one commit makes durable together.
struct Commit {
  const SealedRecord& record;
  std::span<const WalletRow> wallets;  ///< each wallet touched, as it stands after the batch
  std::span<const IdRow> ids;
  const Totals& totals;
};

template <class Row>
struct Page {
  std::vector<Row> rows;
  bool more = false;
};

/// Reading a journal.
class JournalSnapshot {
 public:
  virtual ~JournalSnapshot() = default;

  [[nodiscard]] virtual Head head() const = 0;
  [[nodiscard]] virtual Totals totals() const = 0;
  /// The entry at `sequence`, which must be in the journal.
  [[nodiscard]] virtual EntryRow entry(SequenceNumber sequence) const = 0;
  /// Records behind `after`, until `bytes_max` is passed; at least one where there is one.
  [[nodiscard]] virtual Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const = 0;
  /// The hash of the record with this ordinal; zeros for ordinal 0; nothing past the head.
  [[nodiscard]] virtual std::optional<Digest> hash_at(BatchOrdinal ordinal) const = 0;
};

/// A shard, for reading. Short-lived: it pins the store's old pages. What is read is durable and never older
/// than what was read before; where commits go on meanwhile it may be newer.
class ShardSnapshot : public JournalSnapshot {
 public:
  [[nodiscard]] virtual std::optional<WalletState> wallet(const WalletId& wallet) const = 0;
  /// Rows behind `after` (empty: from the start), in key order.
  [[nodiscard]] virtual Page<WalletRow> wallets(std::string_view after, std::size_t limit) const = 0;
  /// The newest entry of this id: a redrive decides one again that ended in `error`.
  [[nodiscard]] virtual std::optional<SequenceNumber> find_id(IdNamespace id_namespace,
                                                              const WalletId& wallet,
                                                              const TransactionId& id) const = 0;
};

class ShardStore {
 public:
  virtual ~ShardStore() = default;

  /// May be called from any thread. Throws StoreFault while the store is closed.
  [[nodiscard]] virtual std::unique_ptr<ShardSnapshot> snapshot() = 0;
  /// Durable when it returns. Throws StoreFault; see FaultKind for what is then known.
  virtual void commit(const Commit& commit) = 0;
  /// Closes and opens again, after a fault that left the outcome of a commit unknown.
  virtual void reopen() = 0;
  /// Before a clean end: writes what is kept in memory, so that the next opening is quick. Throws StoreFault.
  virtual void finish() {}
};

/// One string for what makes an id unique.
[[nodiscard]] std::string id_key(IdNamespace id_namespace, const WalletId& wallet, const TransactionId& id);

}  // namespace florin
