#pragma once

/// A shard's store over its disk: what the disk's derived tables lack is kept in memory.
///
///                     ┌ wallets changed since their rows were written     wallet_sweep.hpp
///     ShardStore ─────┤ ids decided since their partition had its turn    id_index.hpp
///                     └ everything else                                   shard_disk.hpp
///
/// A commit appends its record and the totals, and brings a slice of the derived tables forward. When it is
/// opened, the records behind the tables' mark are applied again, as they were recorded.
///
/// One writer; snapshots from any thread. The disk may be one commit ahead of memory, never behind it: what a
/// commit puts into the tables stays in memory until it is known to be durable, and what it adds comes then.

#include <memory>
#include <shared_mutex>

#include "storage/id_index.hpp"
#include "storage/shard_disk.hpp"
#include "storage/shard_store.hpp"
#include "storage/wallet_sweep.hpp"

namespace florin {

struct WriteBackLimits {
  WalletSweep::Limits wallets;
  IdIndex::Limits ids;
};

/// What WriteBackLimits has as it comes.
inline constexpr std::uint64_t kRefoldEntriesMax = 131'072;
/// So that an opening applies about so many entries again at most.
[[nodiscard]] WriteBackLimits write_back_limits(std::uint64_t refold_entries_max);

class WriteBackShard : public ShardStore {
 public:
  /// `secret` is the store's own, for the fingerprints. Refuses (StoreFault) records behind the mark that
  /// cannot be read, unless it is opened to look for just that.
  WriteBackShard(ShardDisk& disk, const Id128& secret, const WriteBackLimits& limits,
                 OpenFor purpose = OpenFor::use);
  ~WriteBackShard() override;

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override;
  void commit(const Commit& commit) override;
  void reopen() override;
  void finish() override;

  /// For a rebuild: all that is derived is gone from the disk. Comes before anything else.
  void forget();
  /// For a rebuild: as commit(), of records that the journal holds already, of which this is the last.
  void write_derived(const Commit& commit);

  /// How many entries were applied again at the last opening.
  [[nodiscard]] std::uint64_t refolded() const { return refolded_; }

 private:
  class Snapshot;
  friend class Snapshot;

  void write_to_disk(const DiskCommit& commit);
  /// `record` is the commit's, or none where the journal holds it already.
  void write(const Commit& commit, const SealedRecord* record);
  [[nodiscard]] BatchOrdinal at() const { return head_.header.ordinal; }
  void recover(const DiskSnapshot& disk);
  [[nodiscard]] bool recover_record(std::string_view bytes);
  [[nodiscard]] std::vector<StoredId> fingerprints(std::span<const IdRow> ids) const;

  ShardDisk& disk_;
  const OpenFor purpose_;
  /// Guards all below against the writer, which reads without it. Taken after the disk's own locks.
  mutable std::shared_mutex memory_;
  std::uint64_t generation_ = 0;  ///< of memory: changes so far
  WalletSweep sweep_;
  IdIndex index_;
  /// The last commit's outcome is known. Where it is not, the disk may hold a record that memory lacks.
  bool is_sure_ = true;
  DerivedMark mark_;  ///< as on the disk
  Head head_;
  Totals totals_;
  std::uint64_t refolded_ = 0;
};

}  // namespace florin
