#pragma once

/// A directory that is there whole or not at all: made as `NAME.partial` beside its place, synced, and
/// renamed. Whoever is killed half-way leaves the partial one, which nothing takes for a whole one.
/// Only its owner can look into it: a copy of a store is as private as the store.

#include <filesystem>

namespace florin {

class PartialDirectory {
 public:
  /// Whether something can be made there: nothing is, or an empty directory.
  [[nodiscard]] static bool is_free(const std::filesystem::path& target);

  /// Makes the partial one. Throws StoreFault (refused) where `target` is not free, or where a partial one is
  /// there already: somebody else is at it, or was killed.
  explicit PartialDirectory(const std::filesystem::path& target);
  /// Removes it, unless `finish` was called.
  ~PartialDirectory();
  PartialDirectory(const PartialDirectory&) = delete;
  PartialDirectory& operator=(const PartialDirectory&) = delete;

  /// Where to write.
  [[nodiscard]] const std::filesystem::path& path() const { return partial_; }
  [[nodiscard]] const std::filesystem::path& target() const { return target_; }

  /// Syncs the directories in it and puts it in its place. All files in it are synced and closed.
  void finish();

 private:
  const std::filesystem::path target_;
  const std::filesystem::path partial_;
  bool finished_ = false;
};

}  // namespace florin
