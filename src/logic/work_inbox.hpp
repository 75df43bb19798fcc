#pragma once

/// What a shard has to decide, in order: the commands of the WORK messages it took, whose bytes it keeps.

#include <deque>

#include "base/byte_queue.hpp"
#include "protocol/backend.hpp"

namespace florin {

class WorkInbox {
 public:
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const WorkItemView& front() const { return items_.front(); }
  [[nodiscard]] const WorkItemView& operator[](std::size_t place) const { return items_[place]; }

  void add(const WorkView& work);
  void pop_front();
  void clear();

 private:
  std::deque<WorkItemView> items_;
  ByteQueue packed_;  ///< their commands, in the same order
};

}  // namespace florin
