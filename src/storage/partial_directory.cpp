#include "storage/partial_directory.hpp"

#include <fmt/format.h>

#include <system_error>

#include "storage/fault.hpp"
#include "storage/sync.hpp"

namespace florin {

namespace {

/// Without the slash that people write behind a directory's name.
std::filesystem::path plain(const std::filesystem::path& given) {
  const auto path = std::filesystem::absolute(given).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

std::filesystem::path beside(std::filesystem::path path) {
  return path += ".partial";
}

}  // namespace

bool PartialDirectory::is_free(const std::filesystem::path& target) {
  return !std::filesystem::exists(target) ||
         (std::filesystem::is_directory(target) && std::filesystem::is_empty(target));
}

PartialDirectory::PartialDirectory(const std::filesystem::path& target)
    : target_(plain(target)), partial_(beside(target_)) {
  if (!is_free(target_)) {
    refuse_store(fmt::format("{} is not empty: name a directory that is not there", target_.string()));
  }
  std::error_code failed;
  std::filesystem::create_directories(target_.parent_path(), failed);
  const bool is_made = !failed && std::filesystem::create_directory(partial_, failed);
  if (failed) {
    refuse_store(fmt::format("cannot make the directory {}: {}", partial_.string(), failed.message()));
  }
  if (!is_made) {
    refuse_store(
        fmt::format("{} is there: it is being made by somebody else, or was left when that was broken off. "
                    "Remove it where nobody is at it",
                    partial_.string()));
  }
  std::filesystem::permissions(partial_, std::filesystem::perms::owner_all);
}

PartialDirectory::~PartialDirectory() {
  if (!finished_) {
    std::error_code ignored;
    std::filesystem::remove_all(partial_, ignored);
  }
}

void PartialDirectory::finish() {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(partial_)) {
    if (entry.is_directory()) {
      sync_directory(entry.path());
    }
  }
  sync_directory(partial_);
  std::error_code failed;
  std::filesystem::rename(partial_, target_, failed);
  if (failed) {
    refuse_store(
        fmt::format("cannot rename {} to {}: {}", partial_.string(), target_.string(), failed.message()));
  }
  finished_ = true;
  sync_directory(target_.parent_path());
}

}  // namespace florin
