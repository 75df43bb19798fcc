#pragma once

/// What a backup holds, and how one sees that it is whole: `manifest.json`, written last.
///
///     { "format": 1, "florin": "0.1.0 (abc)", "created": "2026-12-01T01:00:00.000000Z",
///       "lineage": "c6d6...", "cut": "closed",
///       "shards": [ { "ordinal": 7, "sequence": 12, "hash": "5686...", "records": [FILE, ...] }, ... ],
///       "refused": [FILE, ...] }
///
///     FILE = { "name": "shard-000.00001.rows", "bytes": 4711, "rows": 7, "blake2b": "722c..." }

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "protocol/problem.hpp"
#include "protocol/query.hpp"

namespace florin {

/// A backup's file of rows (protocol/backup_rows.hpp).
struct BackupFile {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint64_t rows = 0;
  Digest hash;  ///< BLAKE2b of all its bytes

  bool operator==(const BackupFile&) const = default;
};

/// Whether every effect that the backup holds has its cause in it. Only a closed cut is restored.
enum class BackupCut : std::uint8_t { open, closed };

struct BackupManifest {
  struct Shard {
    Position head;  ///< the last record that is in the backup
    std::vector<BackupFile> records;

    bool operator==(const Shard&) const = default;
  };

  std::string florin;   ///< the version that made it
  std::string created;  ///< UTC
  Id128 lineage;
  BackupCut cut = BackupCut::open;
  std::vector<Shard> shards;
  std::vector<BackupFile> refused;  ///< the router's refused log

  bool operator==(const BackupManifest&) const = default;
};

[[nodiscard]] std::string encode_manifest(const BackupManifest& manifest);
/// The problem names the element.
[[nodiscard]] Result<BackupManifest> decode_manifest(std::string_view text);

[[nodiscard]] std::filesystem::path manifest_file(const std::filesystem::path& backup);
/// Reads a backup's manifest. Throws StoreFault (refused) where there is none or it is damaged.
[[nodiscard]] BackupManifest read_manifest(const std::filesystem::path& backup);

}  // namespace florin
