#pragma once

/// The story of a run, a line an event. Nothing is formatted while nobody reads it: a run that fails is run
/// again with the same seed to be read.

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/simulation/scheduler.hpp"

namespace florin::sim {

class Trace {
 public:
  Trace(const Scheduler& scheduler, bool on) : scheduler_(scheduler), start_(scheduler.now()), on_(on) {}

  [[nodiscard]] bool on() const { return on_; }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

  template <class... Values>
  void say(std::string_view who, fmt::format_string<Values...> format, Values&&... values) {
    if (on_) {
      const std::int64_t since_us = scheduler_.now().value() - start_.value();
      lines_.push_back(fmt::format("{:>12.6f} {:<12} {}", static_cast<double>(since_us) / 1e6, who,
                                   fmt::format(format, std::forward<Values>(values)...)));
    }
  }

 private:
  const Scheduler& scheduler_;
  const TimeUs start_;
  const bool on_;
  std::vector<std::string> lines_;
};

}  // namespace florin::sim
