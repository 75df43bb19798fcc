#include "logic/journal_loader.hpp"

#include "logic/fold.hpp"

namespace florin {

namespace {

/// Of one commit, about. There can be a loader for each of 256 shards.
constexpr std::size_t kCommitBytes = std::size_t{1} << 20U;

}  // namespace

void JournalLoader::add(SealedRecord record) {
  bytes_ += record.bytes.size();
  records_.push_back(std::move(record));
  if (bytes_ >= kCommitBytes) {
    write();
  }
}

void JournalLoader::finish(const Id128& lineage, ShardIndex shard) {
  write();
  rebuild_derived(store_, lineage, shard);
}

void JournalLoader::write() {
  if (!records_.empty()) {
    store_.append_records(records_);
    records_.clear();
    bytes_ = 0;
  }
}

}  // namespace florin
