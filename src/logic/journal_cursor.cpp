#include "logic/journal_cursor.hpp"

#include <fmt/format.h>

#include "storage/fault.hpp"

namespace florin {

namespace {

[[noreturn]] void refuse_behind(const BatchHeader& last, const Problem& problem) {
  refuse_store(
      fmt::format("shard {}: the journal is broken behind record {}: {}. Restore the shard from a backup",
                  last.shard.value(), last.ordinal.value(), problem.detail));
}

}  // namespace

JournalCursor::JournalCursor(RecordSource source, const Id128& lineage, ShardIndex shard)
    : source_(std::move(source)), head_(empty_head(lineage, shard)) {}

bool JournalCursor::next() {
  ++at_;
  if (at_ >= page_.size()) {
    page_ = source_(head_.header.ordinal);
    at_ = 0;
  }
  if (page_.empty()) {
    return false;
  }
  const auto record = read_record(bytes());
  if (!record) {
    refuse_behind(head_.header, record.error());
  }
  if (const auto link = check_link(head_.header, head_.hash, record->header); !link) {
    refuse_behind(head_.header, link.error());
  }
  record_ = *record;
  head_ = {record->header, record->hash};
  return true;
}

std::vector<Entry> JournalCursor::entries() const {
  auto entries = record_.entries();
  if (!entries) {
    refuse_store(
        fmt::format("shard {}: record {} of the journal is broken: {}. Restore the shard from a backup",
                    record_.header.shard.value(), record_.header.ordinal.value(), entries.error().detail));
  }
  return std::move(*entries);
}

}  // namespace florin
