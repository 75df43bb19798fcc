#pragma once

/// The layout of a data directory, and the few facts that are fixed when it is made.
///
///     data/
///       lock              held while the store is made
///       florin.store      format, lineage, number of shards (text)
///       router/           lock; LMDB: incarnation, refused log
///       router/inbox/     LMDB: commands that were accepted and not decided
///       shard-000/        lock; LMDB: journal and what is derived from it
///       accounting/       lock; LMDB: read model and cursors
///       dead-letters/     lock; LMDB: letters and cursors
///       run/              sockets (mode 0700); a directory with a lock for each part

#include <cstdint>
#include <filesystem>

#include "base/digest.hpp"
#include "base/strong.hpp"

namespace florin {

/// What a data directory can say of its shards. routing/shard_of.hpp has the same for who places wallets.
inline constexpr unsigned kStoredShardsMax = 256;

struct StoreFacts {
  Id128 lineage;  ///< random; a restored or resharded store gets a new one
  std::uint16_t shards = 0;
};

class DataDirectory {
 public:
  /// Opens a data directory, or makes one with `shards` shards and the lineage given. Throws StoreFault
  /// (refused) where it was made for another number of shards, or by an unknown version.
  static DataDirectory open_or_create(const std::filesystem::path& path, std::uint16_t shards,
                                      const Id128& new_lineage);
  /// Throws StoreFault (refused) where there is none.
  static DataDirectory open(const std::filesystem::path& path);

  [[nodiscard]] const StoreFacts& facts() const { return facts_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path router() const { return path_ / "router"; }
  /// Goes with the lock of `router()`.
  [[nodiscard]] std::filesystem::path inbox() const { return router() / "inbox"; }
  [[nodiscard]] std::filesystem::path shard(ShardIndex shard) const;
  [[nodiscard]] std::filesystem::path accounting() const { return path_ / "accounting"; }
  [[nodiscard]] std::filesystem::path dead_letters() const { return path_ / "dead-letters"; }

 private:
  DataDirectory(std::filesystem::path path, const StoreFacts& facts)
      : path_(std::move(path)), facts_(facts) {}

  std::filesystem::path path_;
  StoreFacts facts_;
};

}  // namespace florin
