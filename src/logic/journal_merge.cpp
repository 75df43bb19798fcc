#include "logic/journal_merge.hpp"

namespace florin {

JournalMerge::JournalMerge(std::vector<JournalCursor> cursors)
    : cursors_(std::move(cursors)), taken_(cursors_.size()) {
  for (std::size_t i = 0; i < cursors_.size(); ++i) {
    move(i);
  }
}

const JournalCursor* JournalMerge::next() {
  if (taken_ < cursors_.size()) {
    move(taken_);
  }
  if (waiting_.empty()) {
    taken_ = cursors_.size();
    return nullptr;
  }
  taken_ = waiting_.begin()->second;
  waiting_.erase(waiting_.begin());
  return &cursors_[taken_];
}

void JournalMerge::move(std::size_t at) {
  if (cursors_[at].next()) {
    waiting_.emplace(cursors_[at].record().header.time, at);
  }
}

}  // namespace florin
