#pragma once

/// The files of a backup, written row by row and read again.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "protocol/backup_rows.hpp"
#include "storage/backup_manifest.hpp"

namespace florin {

/// Writes one series of rows into as many files as they need: `NAME.00001.rows` and so on, each synced.
/// Keeps one file's rows in memory.
class BackupSeries {
 public:
  BackupSeries(std::filesystem::path directory, std::string name)
      : directory_(std::move(directory)), name_(std::move(name)) {}

  void add(std::string_view row);
  /// What the manifest says of them. Nothing can be added afterwards.
  [[nodiscard]] std::vector<BackupFile> finish();

 private:
  void write_file();

  const std::filesystem::path directory_;
  const std::string name_;
  BackupRowsBuilder rows_;
  std::vector<BackupFile> files_;
};

/// The name of a shard's series.
[[nodiscard]] std::string series_name(ShardIndex shard);

/// Writes the manifest beside the files it names, synced.
void write_manifest(const std::filesystem::path& directory, const BackupManifest& manifest);

/// One file's rows. Throws StoreFault (refused) that names the file where it is missing, or not as the
/// manifest says.
[[nodiscard]] std::vector<std::string> read_backup_file(const std::filesystem::path& directory,
                                                        const BackupFile& file);

}  // namespace florin
