#include "logic/inbox_batch.hpp"

namespace florin {

InboxPosition InboxChunker::add(TimeUs accepted, std::string_view packed, bool is_loaded) {
  constexpr std::size_t kChunkBytes = std::size_t{256} << 10U;
  if (items_.size() == commands_max_ || bytes_ >= kChunkBytes || is_loaded != is_loaded_) {
    close();
  }
  is_loaded_ = is_loaded;
  items_.push_back({accepted, packed});
  bytes_ += packed.size();
  return next_.plus(items_.size() - 1);
}

void InboxChunker::close() {
  if (items_.empty()) {
    return;
  }
  InboxRow row{{shard_, next_}, encode_inbox_chunk(shard_, next_, items_)};
  const std::uint64_t bytes = inbox_bytes_of(row.chunk.size());
  part_.chunks.push_back({{next_, items_.size(), bytes, items_.front().accepted}, is_loaded_});
  batch_.bytes += bytes;
  batch_.added.push_back(std::move(row));
  next_ = next_.plus(items_.size());
  items_.clear();
  bytes_ = 0;
}

}  // namespace florin
