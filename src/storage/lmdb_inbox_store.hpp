#pragma once

/// The inbox in LMDB, an environment of its own: its commits are of another kind than those of the refused
/// log, and its map has an end of its own. The caller holds the router's lock.

#include <cstdint>
#include <filesystem>

#include "storage/guarded_env.hpp"
#include "storage/inbox_store.hpp"

namespace florin {

class LmdbInboxStore : public InboxStore {
 public:
  /// `bytes_max` is what the chunks may take together. The map has room for twice as much and more, so that a
  /// full inbox can always be emptied: whoever removes writes pages, too.
  LmdbInboxStore(const std::filesystem::path& directory, std::uint64_t bytes_max);

  [[nodiscard]] std::vector<InboxRow> read(ShardIndex shard, InboxPosition from,
                                           std::size_t bytes_max) override;
  void commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) override;
  void reopen() override { env_.reopen(); }

 private:
  lmdb::Table meta_ = 0;
  lmdb::Table chunks_ = 0;
  lmdb::GuardedEnv env_;
};

}  // namespace florin
