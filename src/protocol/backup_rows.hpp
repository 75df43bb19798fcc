#pragma once

/// A file of a backup: journal records or refused messages, one behind the other, as they are stored.
///
///     [format, [row, ...]]
///
/// A file is written and read whole, so it has a bound; a journal takes as many files as it needs. That a
/// file is whole its entry in the manifest tells (storage/backup_manifest.hpp).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/problem.hpp"
#include "protocol/writer.hpp"

namespace florin {

inline constexpr std::uint64_t kBackupRowsFormat = 1;
/// No file is larger. It is closed while a row of the largest size still fits.
inline constexpr std::size_t kBackupFileSizeMax = std::size_t{16} << 20U;

/// Collects the rows of one file.
class BackupRowsBuilder {
 public:
  /// At most kRecordSizeMax bytes, and only while it is not full.
  void add(std::string_view row);
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The file's bytes. The builder is empty again.
  [[nodiscard]] std::string take();

 private:
  Writer rows_;
  std::uint64_t count_ = 0;
};

/// Views into `bytes`.
[[nodiscard]] Result<std::vector<std::string_view>> decode_backup_rows(std::string_view bytes);

}  // namespace florin
