#pragma once

/// Another number of shards for a stopped store: its journals dealt out into a new data directory, then held
/// against the old one. The old directory is only read.

#include <cstdint>
#include <memory>
#include <vector>

#include "logic/restore.hpp"
#include "storage/directory_lock.hpp"
#include "storage/lmdb_shard_store.hpp"

namespace florin {

/// All of a stopped data directory, under its locks.
class StoppedStores {
 public:
  /// Throws StoreFault (refused) naming the holder where any of its directories is in use, and where a shard
  /// is damaged. `role` is what the locks then say.
  StoppedStores(const DataDirectory& data, const lmdb::EnvOptions& env, const WriteBackLimits& write_back,
                const std::string& role);

  [[nodiscard]] const DataDirectory& data() const { return data_; }
  [[nodiscard]] std::uint16_t count() const { return static_cast<std::uint16_t>(shards_.size()); }
  [[nodiscard]] ShardStore& shard(ShardIndex shard) const { return *shards_[shard.value()]; }
  /// Over all shards.
  [[nodiscard]] Totals totals() const;

 private:
  const DataDirectory& data_;
  std::vector<DirectoryLock> locks_;
  std::vector<std::unique_ptr<LmdbShardStore>> shards_;
};

/// Throws StoreFault (refused) where transfers are under way, and where the new stores differ from the old
/// ones in any wallet, total, id or outcome.
[[nodiscard]] RestoreReport reshard(const StoppedStores& old, const NewStores& target,
                                    const Progress& progress);

}  // namespace florin
