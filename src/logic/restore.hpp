#pragma once

/// A backup back into a data directory: the same records, sealed once more in a new lineage, so that whoever
/// followed the old journals past the backup is refused instead of going on with another history.
///
///     for each shard:  files -> chain, audit -> resealed -> journal -> derived tables -> compared
///
/// Entries, sequences, ordinals, epochs and times are the old ones; lineage and hashes are new.

#include <cstdint>
#include <filesystem>

#include "logic/verification.hpp"
#include "storage/backup_manifest.hpp"
#include "storage/data_directory.hpp"
#include "storage/lmdb.hpp"
#include "storage/write_back_shard.hpp"

namespace florin {

/// How the new stores are opened.
struct NewStores {
  const DataDirectory& data;  ///< made for this; its stores are empty
  lmdb::EnvOptions env;
  WriteBackLimits write_back;
};

struct RestoreReport {
  std::uint64_t transactions = 0;
  std::uint64_t wallets = 0;
  std::uint64_t refused = 0;
};

/// Throws StoreFault (refused) for an open cut and for anything in the backup that is damaged.
[[nodiscard]] RestoreReport restore_backup(const std::filesystem::path& backup,
                                           const BackupManifest& manifest, const NewStores& target,
                                           const Progress& progress);

}  // namespace florin
