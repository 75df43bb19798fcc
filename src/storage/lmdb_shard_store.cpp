#include "storage/lmdb_shard_store.hpp"

namespace florin {

LmdbShardStore::LmdbShardStore(std::filesystem::path directory, const Id128& lineage, ShardIndex shard,
                               const lmdb::EnvOptions& options, OpenFor purpose,
                               const WriteBackLimits& limits)
    : disk_(std::move(directory), lineage, shard, options, purpose),
      shard_(disk_, disk_.secret(), limits, purpose) {}

void LmdbShardStore::clear_derived() {
  disk_.clear_derived();
  shard_.forget();
}

}  // namespace florin
