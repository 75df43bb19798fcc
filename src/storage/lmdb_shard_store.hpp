#pragma once

/// A shard's store in LMDB. docs/STORAGE.md describes the tables.
///
/// One writer (the shard actor); snapshots from any thread. `reopen` waits for the snapshots to end.

#include <filesystem>
#include <memory>

#include "storage/guarded_env.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// The version of the derived tables' layout: raised when it changes, so that an old one is rebuilt.
inline constexpr std::uint64_t kDerivedVersion = 1;

struct ShardTables {
  lmdb::Table meta = 0;
  lmdb::Table journal = 0;
  lmdb::Table wallets = 0;
  lmdb::Table ids = 0;
  lmdb::Table totals = 0;
};

/// How much the opening insists on: `rebuild` also takes a store whose last record is damaged, or whose
/// derived tables are behind or of another version.
enum class OpenFor : std::uint8_t { use, rebuild };

class LmdbShardStore : public ShardStore {
 public:
  /// The caller holds the lock of `directory`. Refuses a store of another lineage, shard or format, one whose
  /// last record is damaged, and (for use) one whose derived tables do not stand at the journal's head.
  LmdbShardStore(std::filesystem::path directory, const Id128& lineage, ShardIndex shard,
                 const lmdb::EnvOptions& options, OpenFor purpose = OpenFor::use);

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override;
  void commit(const Commit& commit) override;
  void reopen() override;

  [[nodiscard]] lmdb::EnvUse space();

  /// For `florin rebuild`: empties the derived tables, then takes them batch by batch.
  void clear_derived();
  void write_derived(const Commit& commit);

 private:
  void take_opened(lmdb::Env& env);
  void check_identity(lmdb::WriteTxn& txn);
  void check_head(lmdb::Env& env);
  void put_derived(lmdb::WriteTxn& txn, const Commit& commit);

  const std::filesystem::path directory_;
  const Id128 lineage_;
  const ShardIndex shard_;
  const OpenFor purpose_;
  ShardTables tables_;
  lmdb::GuardedEnv env_;
};

}  // namespace florin
