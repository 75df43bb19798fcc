#pragma once

/// Whether a backup can be restored: every file, chain, entry and sum of it, without a store.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "logic/journal_audit.hpp"
#include "logic/verification.hpp"
#include "protocol/letter.hpp"
#include "storage/backup_manifest.hpp"

namespace florin {

/// Walks a shard's journal as the backup holds it: files, chain and audit. `take` gets each record with its
/// entries. Throws StoreFault (refused) for the first thing that is wrong.
using TakeRecord = std::function<void(const BatchRecord&, const std::vector<Entry>&)>;
[[nodiscard]] JournalAudit audit_backup(const std::filesystem::path& backup, const BackupManifest& manifest,
                                        ShardIndex shard, const TakeRecord& take);

/// One file of the refused log. The sequences go on behind `last`, which is moved along.
[[nodiscard]] std::vector<RefusedRecord> read_refused_file(const std::filesystem::path& backup,
                                                           const BackupFile& file, RefusedSequence& last);

struct BackupCheck {
  std::uint64_t transactions = 0;
  std::uint64_t wallets = 0;
  std::uint64_t refused = 0;
  Totals totals;
  std::vector<std::string> problems;  ///< the first of the manifest, of each shard and of the refused log
};

[[nodiscard]] BackupCheck check_backup(const std::filesystem::path& backup, const Progress& progress);

}  // namespace florin
