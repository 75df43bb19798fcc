#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace florin {

/// How far a long command has come: one line on standard error, written again and again, and only where that
/// is a terminal. Gone with it.
class ProgressLine {
 public:
  /// `what` stands behind the number: "transactions copied".
  explicit ProgressLine(std::string what);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Cheap: a number close behind the last one shown is not shown.
  void show(std::uint64_t count);

 private:
  const std::string what_;
  const bool is_terminal_;
  std::optional<std::uint64_t> shown_;
};

}  // namespace florin
