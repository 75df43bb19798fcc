#include "logic/work_inbox.hpp"

namespace florin {

void WorkInbox::add(const WorkView& work, std::string_view bytes) {
  if (work.items.empty()) {
    return;
  }
  const std::string& kept = messages_.emplace_back(Message{std::string(bytes), work.items.size()}).bytes;
  for (const WorkItemView& item : work.items) {
    const auto place = static_cast<std::size_t>(item.packed.data() - bytes.data());
    items_.push_back(item);
    items_.back().packed = std::string_view(kept).substr(place, item.packed.size());
  }
}

void WorkInbox::pop_front() {
  items_.pop_front();
  if (--messages_.front().left == 0) {
    messages_.pop_front();
  }
}

void WorkInbox::clear() {
  items_.clear();
  messages_.clear();
}

}  // namespace florin
