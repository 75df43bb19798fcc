#pragma once

/// When a consumer commits what it took: it waits for more for a while, and a tenth of that where nothing
/// more comes. Each commit syncs the disk that the shards' commits wait for, too.

#include <cstdint>

#include "base/strong.hpp"
#include "base/wait.hpp"

namespace florin {

class FlushTimer {
 public:
  explicit FlushTimer(std::int64_t flush_us) : flush_us_(flush_us), pause_us_(flush_us / kPausePart) {}

  /// Something was taken.
  void took(TimeUs now) {
    first_ = pending_ ? first_ : now;
    last_ = now;
    pending_ = true;
  }
  /// All of it was committed.
  void flushed() { pending_ = false; }

  /// Whether something is taken and not committed.
  [[nodiscard]] bool pending() const { return pending_; }
  [[nodiscard]] bool is_due(TimeUs now) const {
    return pending_ && (wait_is_over(now, first_, flush_us_) || wait_is_over(now, last_, pause_us_));
  }
  /// How long to wait at most until is_due() is asked again, in whole milliseconds; 0 only where it is never
  /// waited.
  [[nodiscard]] std::int64_t pause_ms() const { return (pause_us_ + kUsPerMs - 1) / kUsPerMs; }

 private:
  static constexpr std::int64_t kPausePart = 10;
  static constexpr std::int64_t kUsPerMs = 1000;

  const std::int64_t flush_us_;
  const std::int64_t pause_us_;
  bool pending_ = false;
  TimeUs first_;  ///< when the first of what is pending was taken
  TimeUs last_;
};

}  // namespace florin
