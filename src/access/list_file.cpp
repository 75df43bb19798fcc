#include "access/list_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/sync.hpp"

namespace florin {

namespace {

[[noreturn]] void fail(std::string_view what, const std::filesystem::path& file, int error) {
  throw AccessError(fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(error)));
}

/// A file descriptor that closes itself.
class OpenFile {
 public:
  OpenFile(const std::filesystem::path& file, int flags, ::mode_t mode = 0600)
      : fd_(::open(file.c_str(), flags | O_CLOEXEC | O_NOCTTY, mode)) {}
  ~OpenFile() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  const int fd_;
};

/// `file` is what errors name; its size may change meanwhile, so the bytes are counted as they come.
std::string read_all(const OpenFile& opened, const std::filesystem::path& file) {
  struct ::stat status {};
  if (::fstat(opened.fd(), &status) != 0) {
    fail("read", file, errno);
  }
  if (!S_ISREG(status.st_mode)) {
    throw AccessError(fmt::format("{} is no plain file", file.string()));
  }
  std::string text;
  char part[4096];
  for (::ssize_t got = 0; (got = ::read(opened.fd(), part, sizeof(part))) != 0;) {
    if (got < 0) {
      fail("read", file, errno);
    }
    text.append(part, static_cast<std::size_t>(got));
    if (text.size() > kListBytesMax) {
      throw AccessError(
          fmt::format("{} has more than {} bytes: remove what is not needed", file.string(), kListBytesMax));
    }
  }
  return text;
}

void write_all(const OpenFile& opened, const std::filesystem::path& file, std::string_view text) {
  while (!text.empty()) {
    const ::ssize_t written = ::write(opened.fd(), text.data(), text.size());
    if (written < 0) {
      fail("write", file, errno);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(opened.fd()) != 0) {
    fail("sync", file, errno);
  }
}

std::filesystem::path directory_of(const std::filesystem::path& file) {
  return std::filesystem::absolute(file).parent_path();
}

std::filesystem::path beside(const std::filesystem::path& file, std::string_view suffix) {
  return file.string() + std::string(suffix);
}

}  // namespace

std::vector<ListLine> list_lines(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  std::vector<ListLine> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ListLine found{number, {}};
    while (true) {
      const std::size_t start = line.find_first_not_of(kBlank);
      if (start == std::string_view::npos || (found.fields.empty() && line[start] == '#')) {
        break;
      }
      line.remove_prefix(start);
      found.fields.push_back(line.substr(0, line.find_first_of(kBlank)));
      line.remove_prefix(found.fields.back().size());
    }
    if (!found.fields.empty()) {
      lines.push_back(std::move(found));
    }
  }
  return lines;
}

std::optional<FileStamp> stamp_of(const std::filesystem::path& file) {
  struct ::stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    return std::nullopt;
  }
  constexpr std::int64_t kNsPerSecond = 1'000'000'000;
  return FileStamp{status.st_dev, status.st_ino, status.st_size,
                   status.st_mtim.tv_sec * kNsPerSecond + status.st_mtim.tv_nsec};
}

std::string read_list_file(const std::filesystem::path& file) {
  const OpenFile opened(file, O_RDONLY);
  if (!opened.is_open()) {
    return errno == ENOENT ? std::string() : (fail("open", file, errno), std::string());
  }
  return read_all(opened, file);
}

void change_list_file(const std::filesystem::path& file,
                      const std::function<std::string(std::string text)>& change) {
  const OpenFile lock(beside(file, ".lock"), O_RDWR | O_CREAT);
  if (!lock.is_open() || ::flock(lock.fd(), LOCK_EX) != 0) {
    fail("lock", beside(file, ".lock"), errno);
  }
  const std::string text = change(read_list_file(file));
  if (text.size() > kListBytesMax) {
    throw AccessError(fmt::format("{} would have more than {} bytes: remove what is not needed",
                                  file.string(), kListBytesMax));
  }
  const std::filesystem::path next = beside(file, ".next");
  {
    const OpenFile opened(next, O_WRONLY | O_CREAT | O_TRUNC);
    if (!opened.is_open()) {
      fail("write", next, errno);
    }
    write_all(opened, next, text);
  }
  if (::rename(next.c_str(), file.c_str()) != 0) {
    fail("replace", file, errno);
  }
  sync_directory(directory_of(file));
}

void write_secret_file(const std::filesystem::path& file, std::string_view text) {
  const OpenFile opened(file, O_WRONLY | O_CREAT | O_EXCL);
  if (!opened.is_open()) {
    if (errno == EEXIST) {
      throw AccessError(
          fmt::format("{} is there already, and no key is ever overwritten: name another file with --out",
                      file.string()));
    }
    fail("make", file, errno);
  }
  write_all(opened, file, text);
  sync_directory(directory_of(file));
}

std::string read_secret_file(const std::filesystem::path& file) {
  const OpenFile opened(file, O_RDONLY);
  struct ::stat status {};
  if (!opened.is_open() || ::fstat(opened.fd(), &status) != 0) {
    fail("open the key", file, errno);
  }
  if ((status.st_mode & 077U) != 0) {
    throw AccessError(
        fmt::format("{} is a secret that others may read or change (mode {:04o}): chmod 600 {}, and make a "
                    "new key if somebody may have read it",
                    file.string(), status.st_mode & 07777U, file.string()));
  }
  return read_all(opened, file);
}

}  // namespace florin
