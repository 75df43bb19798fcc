#pragma once

/// What a shard's store keeps on the disk: the journal, and tables that are derived from it and may stand
/// behind it. write_back_shard.hpp holds in memory what they lack, and decides what goes into them when.
///
/// The interface is what LMDB and the simulation's disk have in common.

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/id_chunk.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// How much the opening insists on: `inspect` also takes a store whose records or derived tables are damaged,
/// so that all that is wrong can be said; `rebuild` does not look at the derived tables at all.
enum class OpenFor : std::uint8_t { use, inspect, rebuild };

/// The version of the derived tables' layout: raised when it changes, so that an old one is rebuilt.
inline constexpr std::uint64_t kDerivedVersion = 2;

/// How far the derived tables reach. Written with every commit.
///
///     [version, totals, wallets, ids, next partition, cycle]
struct DerivedMark {
  BatchOrdinal totals_at;            ///< always the last record, save where a rebuild was broken off
  BatchOrdinal wallets_at;           ///< the table of wallets holds all that records up to here made of them
  BatchOrdinal ids_at;               ///< the chunks hold the ids of all records up to here
  std::uint16_t next_partition = 0;  ///< of ids: whose turn it is to be written
  std::uint64_t cycle = 0;           ///< how often all of them had their turn

  bool operator==(const DerivedMark&) const = default;
};
void encode_derived_mark(Writer& writer, const DerivedMark& mark);
[[nodiscard]] DerivedMark decode_derived_mark(Reader& reader);

/// One consistent moment of the disk.
class DiskSnapshot : public JournalSnapshot {
 public:
  [[nodiscard]] virtual DerivedMark mark() const = 0;
  [[nodiscard]] virtual std::optional<WalletState> stored_wallet(const WalletId& wallet) const = 0;
  /// Rows behind `after` (empty: from the start), in key order.
  [[nodiscard]] virtual Page<WalletRow> stored_wallets(std::string_view after, std::size_t limit) const = 0;
  using TakeChunk = std::function<void(const ChunkKey& key, std::string_view bytes)>;
  /// The chunks of a partition, or of all of them, in key order.
  virtual void chunks(std::optional<std::uint16_t> partition, const TakeChunk& take) const = 0;
};

/// All that becomes durable together.
struct DiskCommit {
  const SealedRecord* record = nullptr;  ///< none: only the derived tables are brought forward
  std::span<const WalletRow> wallets;    ///< in key order
  const Totals& totals;
  std::span<const std::pair<ChunkKey, std::string>> new_chunks;  ///< in key order
  std::span<const ChunkKey> old_chunks;                          ///< to be removed
  DerivedMark mark;
};

class ShardDisk {
 public:
  virtual ~ShardDisk() = default;

  [[nodiscard]] virtual std::unique_ptr<DiskSnapshot> snapshot() = 0;
  /// Durable when it returns. Throws StoreFault; see FaultKind for what is then known.
  virtual void commit(const DiskCommit& commit) = 0;
  /// Closes and opens again. Nobody reads meanwhile; `opened` is called before anybody can.
  virtual void reopen(const std::function<void(const DiskSnapshot&)>& opened) = 0;
};

}  // namespace florin
