#include "base/byte_queue.hpp"

#include <algorithm>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::size_t kBlockBytes = std::size_t{64} << 10U;

}  // namespace

std::string_view ByteQueue::push(std::string_view bytes) {
  if (blocks_.empty() || blocks_.back().size - blocks_.back().end < bytes.size()) {
    if (!blocks_.empty() && blocks_.back().left == 0) {
      blocks_.pop_back();  // the only one, and empty: nothing may be behind what has nothing to pop
    }
    const std::size_t size = std::max(kBlockBytes, bytes.size());
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size, 0, 0});
  }
  Block& block = blocks_.back();
  char* place = block.bytes.get() + block.end;
  std::copy(bytes.begin(), bytes.end(), place);
  block.end += bytes.size();
  block.left += bytes.size();
  return {place, bytes.size()};
}

void ByteQueue::pop(std::size_t bytes) {
  if (bytes == 0) {
    return;
  }
  // A string lies in one block, and no block that is empty has another behind it.
  invariant(!blocks_.empty() && blocks_.front().left >= bytes, "only what was pushed is popped");
  Block& block = blocks_.front();
  block.left -= bytes;
  if (block.left > 0) {
    return;
  }
  if (blocks_.size() > 1) {
    blocks_.pop_front();
  } else {
    block.end = 0;
  }
}

}  // namespace florin
