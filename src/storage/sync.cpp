#include "storage/sync.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/fault.hpp"

namespace florin {

namespace {

void sync_path(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) {
    ::close(fd);
  }
  if (!synced) {
    refuse_store(fmt::format("cannot sync {}: {}", path.string(), std::strerror(error)));
  }
}

}  // namespace

void sync_directory(const std::filesystem::path& directory) {
  sync_path(directory, O_DIRECTORY);
}

void sync_file(const std::filesystem::path& file) {
  sync_path(file, 0);
}

}  // namespace florin
