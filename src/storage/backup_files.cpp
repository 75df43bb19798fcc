#include "storage/backup_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "protocol/hash.hpp"
#include "storage/fault.hpp"
#include "storage/sync.hpp"

namespace florin {

namespace {

void write_synced(const std::filesystem::path& path, std::string_view bytes) {
  {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!file.flush()) {
      refuse_store(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
    }
  }
  sync_file(path);
}

[[noreturn]] void refuse_file(const std::filesystem::path& path, std::string_view what) {
  refuse_store(fmt::format("{} is damaged: {}. Use another backup", path.string(), what));
}

/// All of the file, once its size is known to be what it should be.
std::string read_whole(const std::filesystem::path& path, std::uint64_t bytes) {
  std::error_code failed;
  const std::uint64_t size = std::filesystem::file_size(path, failed);
  if (failed) {
    refuse_file(path, failed.message());
  }
  if (size != bytes || size > kBackupFileSizeMax) {
    refuse_file(path, fmt::format("it has {} bytes, the manifest says {}", size, bytes));
  }
  std::string content(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(size))) {
    refuse_file(path, "it cannot be read");
  }
  return content;
}

}  // namespace

void BackupSeries::add(std::string_view row) {
  if (rows_.is_full()) {
    write_file();
  }
  rows_.add(row);
}

std::vector<BackupFile> BackupSeries::finish() {
  if (rows_.count() > 0) {
    write_file();
  }
  return std::move(files_);
}

void BackupSeries::write_file() {
  BackupFile file;
  file.name = fmt::format("{}.{:05}.rows", name_, files_.size() + 1);
  file.rows = rows_.count();
  const std::string bytes = rows_.take();
  file.bytes = bytes.size();
  file.hash = blake2b(bytes);
  write_synced(directory_ / file.name, bytes);
  files_.push_back(std::move(file));
}

std::string series_name(ShardIndex shard) {
  return fmt::format("shard-{:03}", shard.value());
}

void write_manifest(const std::filesystem::path& directory, const BackupManifest& manifest) {
  write_synced(manifest_file(directory), encode_manifest(manifest));
}

std::vector<std::string> read_backup_file(const std::filesystem::path& directory, const BackupFile& file) {
  const auto path = directory / file.name;
  const std::string bytes = read_whole(path, file.bytes);
  if (blake2b(bytes) != file.hash) {
    refuse_file(path, "its checksum is not the manifest's");
  }
  const auto rows = decode_backup_rows(bytes);
  if (!rows) {
    refuse_file(path, rows.error().detail);
  }
  if (rows->size() != file.rows) {
    refuse_file(path, fmt::format("it has {} rows, the manifest says {}", rows->size(), file.rows));
  }
  return {rows->begin(), rows->end()};
}

}  // namespace florin
