#pragma once

/// Making a backup: what each owner has, asked page by page, written into a directory of its own.
///
///     1  ask every shard for its head, one after the other          the cut
///     2  copy every journal up to its head, each record checked     SHARD.NNNNN.rows
///     3  copy the router's refused log                              refused.NNNNN.rows
///     4  write the manifest                                         manifest.json
///
/// The shards go on meanwhile; what they commit behind their heads is not in the backup. An effect in one
/// journal whose cause is in another exists only with transfers between shards, whose money is in escrow or
/// in transit meanwhile: where there is any, the cut is not known to be closed, and the manifest says so.

#include <cstdint>
#include <filesystem>
#include <functional>

#include "logic/verification.hpp"
#include "storage/backup_manifest.hpp"
#include "storage/data_directory.hpp"

namespace florin {

/// How an owner is reached.
struct BackupSource {
  Asker ask;
  /// Called when nothing more is asked of an owner for now, and now and then in between: a stopped one, whose
  /// store was opened to read it, may start.
  std::function<void(const Owner&)> release;
};

struct BackupReport {
  BackupManifest manifest;
  std::uint64_t records = 0;
  std::uint64_t transactions = 0;
  std::uint64_t bytes = 0;
  std::uint64_t refused = 0;
};

/// Writes all files into `directory`, which is there and empty; `made` says who makes it and when. Throws
/// StoreFault where an owner does not answer, a journal is damaged or the directory cannot be written.
[[nodiscard]] BackupReport write_backup(const BackupSource& source, const StoreFacts& facts,
                                        const std::filesystem::path& directory, BackupManifest made,
                                        const Progress& progress);

/// Whether every cause of what these totals hold is surely among it: nothing is under way between wallets.
[[nodiscard]] BackupCut cut_of(const Totals& totals);

}  // namespace florin
