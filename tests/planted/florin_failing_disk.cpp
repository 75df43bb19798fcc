// florin on a disk that fails when it is told to: while the file that FLORIN_FAILING_SYNC names is there, a
// sync of a shard's store is an I/O error; with FLORIN_FAILING_META it is the write of a meta page. Of
// another store where FLORIN_FAILING_STORE names a part of its path.
//
// A program's own definitions of libc's functions go before libc's, for the libraries it links too: that is
// all there is to it. What mdb_txn_commit calls is pwrite or writev for the pages, fdatasync, and pwrite for
// the meta page.

#include <dlfcn.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tools/tool.hpp"

namespace {

bool is_told(const char* variable) {
  const char* file = std::getenv(variable);
  return file != nullptr && ::access(file, F_OK) == 0;
}

/// Whether a file is the data of the store that fails: the others' disk is a good one.
bool is_failing_data(int fd) {
  std::array<char, 64> link{};
  std::array<char, 4096> path{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(link.data(), path.data(), path.size());
  const char* const store = std::getenv("FLORIN_FAILING_STORE");
  const std::string_view text(path.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return text.ends_with("/data.mdb") &&
         text.find(store != nullptr ? store : "/shard-") != std::string_view::npos;
}

template <class Function>
Function* next_definition(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" int fdatasync(int fd) {
  static auto* const honest = next_definition<int(int)>("fdatasync");
  if (is_told("FLORIN_FAILING_SYNC") && is_failing_data(fd)) {
    errno = EIO;
    return -1;
  }
  return honest(fd);
}

extern "C" ssize_t pwrite(int fd, const void* bytes, size_t count, off_t offset) {
  static auto* const honest = next_definition<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  // Of a meta page only the part that changes is written, and it is one of the first two pages.
  const bool is_meta = count < 1024 && offset < 8192;
  if (is_meta && is_told("FLORIN_FAILING_META") && is_failing_data(fd)) {
    errno = EIO;
    return -1;
  }
  return honest(fd, bytes, count, offset);
}

int main(int argc, char** argv) {
  return florin::run_cli(argc, argv);
}
