#pragma once

/// Writes a journal that is made anew into an empty store: many records a commit, because one a commit would
/// sync for each of them. Nobody reads meanwhile, and what is broken off is thrown away.

#include <vector>

#include "storage/lmdb_shard_store.hpp"

namespace florin {

class JournalLoader {
 public:
  /// The store is opened for a rebuild.
  explicit JournalLoader(LmdbShardStore& store) : store_(store) {}

  void add(SealedRecord record);
  /// Writes the rest and derives the store's tables.
  void finish(const Id128& lineage, ShardIndex shard);

 private:
  void write();

  LmdbShardStore& store_;
  std::vector<SealedRecord> records_;
  std::size_t bytes_ = 0;
};

}  // namespace florin
