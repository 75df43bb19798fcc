#pragma once

/// The machine below a benchmark: what it is, what it can do without Florin, and what a process has written.

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace florin {

/// Cores, processor, and the file system that holds `directory`.
[[nodiscard]] nlohmann::ordered_json describe_machine(const std::filesystem::path& directory);

/// Measures, for `seconds` each, commits of one small value in an LMDB environment in `directory`, and ZeroMQ
/// messages of 100 bytes over ipc: one way, and there and back.
[[nodiscard]] nlohmann::ordered_json measure_machine(const std::filesystem::path& directory,
                                                     std::uint32_t seconds);

/// What threads have written, as the kernel counts it.
struct WrittenBytes {
  std::uint64_t written = 0;  ///< given to write calls
  /// Pages that these made dirty. Where the page cache keeps several pages as one, all of them count, though
  /// only what has changed goes to the disk: then it is several times too high.
  std::uint64_t dirtied = 0;
};

/// The threads of this machine that write the shards' stores: those named `shard-NNN` of the processes that
/// hold the directories' locks.
class ShardWriters {
 public:
  explicit ShardWriters(const std::vector<std::filesystem::path>& shard_directories);

  [[nodiscard]] std::size_t processes() const { return processes_.size(); }
  /// Bytes written so far; nothing where a writer cannot be found or may not be looked at.
  [[nodiscard]] std::optional<WrittenBytes> written_bytes() const;

 private:
  const std::size_t shards_;
  std::vector<std::string> processes_;  ///< folders in /proc
};

}  // namespace florin
