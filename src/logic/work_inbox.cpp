#include "logic/work_inbox.hpp"

namespace florin {

void WorkInbox::add(const WorkView& work) {
  for (const WorkItemView& item : work.items) {
    items_.push_back(item);
    items_.back().packed = packed_.push(item.packed);
  }
}

void WorkInbox::pop_front() {
  packed_.pop(items_.front().packed.size());
  items_.pop_front();
}

void WorkInbox::clear() {
  items_.clear();
  packed_ = ByteQueue();
}

}  // namespace florin
