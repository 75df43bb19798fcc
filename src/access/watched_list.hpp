#pragma once

/// A list that is read again when its file has changed, so that a key or token is known, or refused, a second
/// later. Where the file cannot be read any more, what was read before goes on to be used, and `problem` says
/// why. One thread.

#include <filesystem>
#include <optional>
#include <string>

#include "access/list_file.hpp"
#include "base/every.hpp"

namespace florin {

/// `List` has `static List parse(std::string_view text, const std::filesystem::path& file)`, which throws
/// AccessError.
template <class List>
class WatchedList {
 public:
  /// Throws AccessError where the file cannot be used as it is. A missing file is an empty list.
  explicit WatchedList(std::filesystem::path file) : file_(std::move(file)) { read(); }

  /// Looks at the file at most once a second.
  [[nodiscard]] const List& at(TimeUs now) {
    if (look_due_.due(now) && stamp_of(file_) != stamp_) {
      try {
        read();
        problem_.clear();
      } catch (const AccessError& error) {
        problem_ = error.what();
      }
    }
    return list_;
  }
  /// Why the file as it is now is not used; empty where it is.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  void read() {
    stamp_ = stamp_of(file_);  // before the content: a change in between shows the next time
    list_ = List::parse(read_list_file(file_), file_);
  }

  static constexpr std::int64_t kLookUs = 1'000'000;

  const std::filesystem::path file_;
  std::optional<FileStamp> stamp_;
  List list_;
  std::string problem_;
  Every look_due_{kLookUs};
};

}  // namespace florin
