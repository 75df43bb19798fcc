#pragma once

/// Small files of lines, which people read and tools change: the list of keys, the list of tokens.
///
///     # a comment
///     NAME FIELD FIELD ...
///
/// A change is written beside the file and takes its place in one step, so a reader sees the old list or the
/// new one. Those that change it take turns by a lock. Any thread.

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace florin {

/// A list or key that cannot be used: names the file, what is wrong and how to put it right.
class AccessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline constexpr std::size_t kListBytesMax = std::size_t{1} << 20U;

/// One line's fields, and where it stands.
struct ListLine {
  std::size_t number = 0;  ///< in the file, from 1
  std::vector<std::string_view> fields;
};

/// The lines that hold something. Views into `text`.
[[nodiscard]] std::vector<ListLine> list_lines(std::string_view text);

/// Tells one content of a file from another without reading it.
struct FileStamp {
  ::dev_t device = 0;
  ::ino_t inode = 0;
  ::off_t size = -1;
  std::int64_t changed_ns = 0;

  bool operator==(const FileStamp&) const = default;
};
/// As of now; nothing where there is no file.
[[nodiscard]] std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

/// The whole file, empty where there is none. Throws AccessError where it cannot be read, is no plain file or
/// is larger than kListBytesMax.
[[nodiscard]] std::string read_list_file(const std::filesystem::path& file);

/// Replaces the file's text by what `change` makes of it, durably and for its owner alone to write. Throws
/// AccessError; what `change` throws leaves the file as it was.
void change_list_file(const std::filesystem::path& file,
                      const std::function<std::string(std::string text)>& change);

/// Makes a file that only its owner may read or write and that must not be there yet. Throws AccessError.
void write_secret_file(const std::filesystem::path& file, std::string_view text);
/// Throws AccessError, too where others than the owner may read or write it.
[[nodiscard]] std::string read_secret_file(const std::filesystem::path& file);

}  // namespace florin
