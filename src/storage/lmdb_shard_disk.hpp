#pragma once

/// A shard's disk in LMDB. docs/STORAGE.md describes the tables.
///
/// One writer (the shard actor); snapshots from any thread. `reopen` waits for the snapshots to end.

#include <filesystem>
#include <memory>
#include <span>

#include "storage/guarded_env.hpp"
#include "storage/shard_disk.hpp"

namespace florin {

class LmdbShardSnapshot;

struct ShardTables {
  lmdb::Table meta = 0;
  lmdb::Table journal = 0;
  lmdb::Table wallets = 0;
  lmdb::Table ids = 0;
  lmdb::Table totals = 0;
};

class LmdbShardDisk : public ShardDisk {
 public:
  /// The caller holds the lock of `directory`. Refuses a disk of another lineage, shard or format, one whose
  /// last record is damaged, and (for use) one whose derived tables are of another version or beyond repair
  /// by a refold.
  LmdbShardDisk(std::filesystem::path directory, const Id128& lineage, ShardIndex shard,
                const lmdb::EnvOptions& options, OpenFor purpose);

  [[nodiscard]] std::unique_ptr<DiskSnapshot> snapshot() override;
  void commit(const DiskCommit& commit) override;
  /// Puts records behind the journal's last in one commit, and derives nothing: for a journal that is made
  /// anew, whose derived tables are rebuilt afterwards.
  void append_records(std::span<const SealedRecord> records);
  void reopen(const std::function<void(const DiskSnapshot&)>& opened) override;

  [[nodiscard]] lmdb::EnvUse space();
  /// Made once for each disk; what an id is hashed with.
  [[nodiscard]] const Id128& secret() const { return secret_; }
  /// Empties the derived tables.
  void clear_derived();

 private:
  void take_opened(lmdb::Env& env);
  void check_identity(lmdb::WriteTxn& txn);
  void check_derived(const LmdbShardSnapshot& snapshot) const;
  void put_derived(lmdb::WriteTxn& txn, const DiskCommit& commit);

  const std::filesystem::path directory_;
  const Id128 lineage_;
  const ShardIndex shard_;
  const OpenFor purpose_;
  ShardTables tables_;
  Id128 secret_;
  std::function<void(const DiskSnapshot&)> opened_;  ///< during `reopen`
  lmdb::GuardedEnv env_;
};

}  // namespace florin
