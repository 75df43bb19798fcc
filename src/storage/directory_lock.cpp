#include "storage/directory_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <thread>
#include <utility>

#include "base/text.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

/// File systems on which another machine, or a user process, decides what a lock means.
/// Source: statfs(2) and linux/magic.h.
constexpr std::array<std::pair<unsigned long, const char*>, 8> kUntrusted{{
    {0x6969, "NFS"},
    {0x517B, "SMB"},
    {0xFE534D42, "SMB2"},
    {0xFF534D42, "CIFS"},
    {0x65735546, "FUSE"},
    {0x00C36400, "Ceph"},
    {0x01021997, "9P"},
    {0x5346414F, "AFS"},
}};

void refuse_untrusted_file_system(const std::filesystem::path& directory) {
  struct statfs stat {};
  if (::statfs(directory.c_str(), &stat) != 0) {
    refuse_store(fmt::format("cannot look at {}: {}", directory.string(), std::strerror(errno)));
  }
  for (const auto& [magic, name] : kUntrusted) {
    if (static_cast<unsigned long>(stat.f_type) == magic) {
      refuse_store(fmt::format("{} is on {}: a store needs a local file system", directory.string(), name));
    }
  }
}

std::filesystem::path lock_file(const std::filesystem::path& directory) {
  return directory / "lock";
}

int open_lock_file(const std::filesystem::path& directory) {
  std::error_code failed;
  std::filesystem::create_directories(directory, failed);
  const int fd = failed ? -1 : ::open(lock_file(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    refuse_store(fmt::format("cannot open {}: {}", lock_file(directory).string(),
                             failed ? failed.message() : std::strerror(errno)));
  }
  return fd;
}

void write_holder(int fd, const std::string& role) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  const std::string text = fmt::format("{} (process {} on {})\n", role, ::getpid(), host.data());
  // Only for people to read: the lock holds without it.
  if (::ftruncate(fd, 0) == 0) {
    [[maybe_unused]] const auto written = ::pwrite(fd, text.data(), text.size(), 0);
  }
}

}  // namespace

std::optional<DirectoryLock> DirectoryLock::try_lock(const std::filesystem::path& directory,
                                                     const std::string& role) {
  const int fd = open_lock_file(directory);
  DirectoryLock lock(fd);
  refuse_untrusted_file_system(directory);
  int rc = 0;
  do {
    rc = ::flock(fd, LOCK_EX | LOCK_NB);
  } while (rc != 0 && errno == EINTR);
  if (rc != 0 && errno == EWOULDBLOCK) {
    return std::nullopt;
  }
  if (rc != 0) {
    refuse_store(fmt::format("cannot lock {}: {}", directory.string(), std::strerror(errno)));
  }
  write_holder(fd, role);
  return lock;
}

DirectoryLock::DirectoryLock(const std::filesystem::path& directory, const std::string& role,
                             std::uint32_t patience_ms) {
  constexpr auto kLookAgain = std::chrono::milliseconds(20);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  for (;;) {
    if (auto lock = try_lock(directory, role)) {
      std::swap(fd_, lock->fd_);
      return;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      refuse_store(fmt::format("{} is in use by {}: stop it first, or ask it while it runs",
                               directory.string(), holder(directory)));
    }
    std::this_thread::sleep_for(kLookAgain);
  }
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

std::string DirectoryLock::holder(const std::filesystem::path& directory) {
  std::ifstream file(lock_file(directory));
  std::string line;
  std::getline(file, line);
  return line.empty() ? "nobody known" : escape_bytes(line);
}

}  // namespace florin
