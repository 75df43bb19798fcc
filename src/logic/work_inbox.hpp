#pragma once

/// What a shard has to decide, in order: the commands of the WORK messages it took. The messages' bytes are
/// kept, and the commands are views into them.

#include <deque>
#include <string>
#include <string_view>

#include "protocol/backend.hpp"

namespace florin {

class WorkInbox {
 public:
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] const WorkItemView& front() const { return items_.front(); }
  [[nodiscard]] const WorkItemView& operator[](std::size_t place) const { return items_[place]; }

  /// `work` looks at `bytes`, which are copied.
  void add(const WorkView& work, std::string_view bytes);
  void pop_front();
  void clear();

 private:
  struct Message {
    std::string bytes;
    std::size_t left = 0;  ///< of its items
  };

  std::deque<Message> messages_;
  std::deque<WorkItemView> items_;
};

}  // namespace florin
