#pragma once

/// Virtual time: a heap of what is to happen. Two events of the same moment happen in the order they were
/// asked for, so a run has one order only.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "base/strong.hpp"

namespace florin::sim {

class Scheduler {
 public:
  using Event = std::function<void()>;

  [[nodiscard]] TimeUs now() const { return now_; }
  [[nodiscard]] std::uint64_t events() const { return happened_; }

  void at(TimeUs time, Event event) {
    heap_.push_back({std::max(time, now_), next_order_++, std::move(event)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  void after(std::int64_t delay_us, Event event) { at(now_.plus(delay_us), std::move(event)); }

  /// Lets the next event happen, unless it lies behind `end`. Says whether one did.
  bool step(TimeUs end) {
    if (heap_.empty() || heap_.front().time > end) {
      now_ = std::max(now_, end);
      return false;
    }
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Entry entry = std::move(heap_.back());
    heap_.pop_back();
    now_ = entry.time;
    ++happened_;
    entry.event();
    return true;
  }

 private:
  struct Entry {
    TimeUs time;
    std::uint64_t order = 0;
    Event event;
  };
  [[nodiscard]] static bool later(const Entry& a, const Entry& b) {
    return a.time != b.time ? a.time > b.time : a.order > b.order;
  }

  /// 2023-11-14: any day would do, but times on the wire should look like times.
  TimeUs now_{1'700'000'000'000'000};
  std::uint64_t next_order_ = 0;
  std::uint64_t happened_ = 0;
  std::vector<Entry> heap_;
};

}  // namespace florin::sim
