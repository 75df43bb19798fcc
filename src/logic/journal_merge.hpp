#pragma once

/// The records of several journals as one row, by time. Each journal's records stay in their order, since
/// none is earlier than the one before it; at the same time the lower shard comes first.

#include <set>
#include <utility>
#include <vector>

#include "logic/journal_cursor.hpp"

namespace florin {

class JournalMerge {
 public:
  /// Cursors in the order of their shards, before their first records.
  explicit JournalMerge(std::vector<JournalCursor> cursors);

  /// The next record's cursor, which stays where it is until the next call; null at the end.
  [[nodiscard]] const JournalCursor* next();

 private:
  void move(std::size_t at);

  std::vector<JournalCursor> cursors_;
  std::set<std::pair<TimeUs, std::size_t>> waiting_;  ///< those that stand before a record that comes later
  std::size_t taken_;                                 ///< whose record was given last
};

}  // namespace florin
