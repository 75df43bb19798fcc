#pragma once

/// Reads a journal record by record, from its start, and holds each to the chain. For whoever takes records
/// from several journals in turn; walk_journal() is the same for one.

#include <functional>
#include <string>
#include <vector>

#include "protocol/batch_record.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// Gives the records behind an ordinal; empty at the end of the journal.
using RecordSource = std::function<std::vector<std::string>(BatchOrdinal after)>;

class JournalCursor {
 public:
  JournalCursor(RecordSource source, const Id128& lineage, ShardIndex shard);

  /// Moves to the next record; false at the end. A record that is damaged or does not follow is a StoreFault
  /// (refused) that names its place.
  [[nodiscard]] bool next();

  /// Where next() has moved to. Views into `bytes()`, which lives until the next move.
  [[nodiscard]] const BatchRecord& record() const { return record_; }
  [[nodiscard]] const std::string& bytes() const { return page_[at_]; }
  /// The record's entries. Refuses (StoreFault) what cannot be decoded.
  [[nodiscard]] std::vector<Entry> entries() const;
  /// The last record that was moved to, or the journal's genesis.
  [[nodiscard]] const Head& head() const { return head_; }

 private:
  RecordSource source_;
  std::vector<std::string> page_;
  std::size_t at_ = 0;
  BatchRecord record_;
  Head head_;
};

}  // namespace florin
