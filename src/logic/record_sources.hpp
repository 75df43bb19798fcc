#pragma once

/// Where a journal's records can come from: an owner that is asked, a store, and a backup.

#include <filesystem>
#include <vector>

#include "logic/journal_cursor.hpp"
#include "logic/verification.hpp"
#include "storage/backup_manifest.hpp"

namespace florin {

/// A shard's journal, page by page. Throws StoreFault where the owner does not answer.
[[nodiscard]] RecordSource asked_records(Asker ask, ShardIndex shard);

/// The journal of a store that is open here, in pages small enough for 256 of them at a time. `store` must
/// outlive it.
[[nodiscard]] RecordSource stored_records(ShardStore& store);

/// The same journal as if it ended at `last`, however much is appended meanwhile.
[[nodiscard]] RecordSource up_to(RecordSource source, BatchOrdinal last);

/// The records of a backup's files, one file at a time, once. Throws StoreFault that names a damaged file.
/// `files` must outlive it.
[[nodiscard]] RecordSource backup_records(std::filesystem::path backup, const std::vector<BackupFile>& files);

}  // namespace florin
