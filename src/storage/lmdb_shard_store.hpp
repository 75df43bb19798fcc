#pragma once

/// A shard's store in LMDB: its disk, and in memory what the disk's tables lack.

#include <filesystem>
#include <memory>

#include "storage/lmdb_shard_disk.hpp"
#include "storage/write_back_shard.hpp"

namespace florin {

class LmdbShardStore : public ShardStore {
 public:
  /// As LmdbShardDisk.
  LmdbShardStore(std::filesystem::path directory, const Id128& lineage, ShardIndex shard,
                 const lmdb::EnvOptions& options, OpenFor purpose = OpenFor::use,
                 const WriteBackLimits& limits = {});

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override { return shard_.snapshot(); }
  void commit(const Commit& commit) override { shard_.commit(commit); }
  void reopen() override { shard_.reopen(); }
  void finish() override { shard_.finish(); }

  [[nodiscard]] lmdb::EnvUse space() { return disk_.space(); }
  [[nodiscard]] std::uint64_t refolded() const { return shard_.refolded(); }

  /// For a journal that is made anew: see LmdbShardDisk. rebuild_derived() comes afterwards.
  void append_records(std::span<const SealedRecord> records) { disk_.append_records(records); }
  /// For `florin rebuild`: empties the derived tables, then takes them batch by batch.
  void clear_derived();
  void write_derived(const Commit& commit) { shard_.write_derived(commit); }

 private:
  LmdbShardDisk disk_;
  WriteBackShard shard_;
};

}  // namespace florin
