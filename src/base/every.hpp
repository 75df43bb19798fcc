#pragma once

#include "base/strong.hpp"

namespace florin {

/// Says when something that is done at most so often is due again.
class Every {
 public:
  explicit Every(std::int64_t interval_us) : interval_us_(interval_us) {}

  [[nodiscard]] bool due(TimeUs now) {
    // A clock that was set back must not silence it until the old time comes again.
    if (now < last_.plus(interval_us_) && now >= last_) {
      return false;
    }
    last_ = now;
    return true;
  }

 private:
  const std::int64_t interval_us_;
  TimeUs last_;
};

}  // namespace florin
