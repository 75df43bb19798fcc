#pragma once

/// The right to use a directory: held by one process at a time, given back by the kernel when it ends,
/// however it ends.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace florin {

/// flock on a file `lock` in the directory, which is made where it is missing. The file says who holds it and
/// is never deleted or replaced. The lock does not pass to programs that the holder starts.
class DirectoryLock {
 public:
  /// Throws StoreFault (refused) naming the holder where somebody keeps it for longer than `patience_ms` (a
  /// tool that looks at a stopped store has it for a moment), and where the directory is on a network or FUSE
  /// file system, on which such locks cannot be trusted.
  DirectoryLock(const std::filesystem::path& directory, const std::string& role,
                std::uint32_t patience_ms = 0);
  /// Nothing where somebody has it. Still throws for a file system that cannot be trusted.
  [[nodiscard]] static std::optional<DirectoryLock> try_lock(const std::filesystem::path& directory,
                                                             const std::string& role);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  /// What the holder wrote about itself; "nobody known" where it wrote nothing.
  [[nodiscard]] static std::string holder(const std::filesystem::path& directory);

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}

  int fd_ = -1;
};

}  // namespace florin
