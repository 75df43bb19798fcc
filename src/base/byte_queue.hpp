#pragma once

/// Byte strings, first in first out, without an allocation for each: they lie one behind the other in blocks.
///
///     ByteQueue queue;
///     const std::string_view kept = queue.push(bytes);   // stays where it is until it is popped
///     queue.pop(kept.size());                            // the oldest

#include <cstddef>
#include <deque>
#include <memory>
#include <string_view>

namespace florin {

class ByteQueue {
 public:
  [[nodiscard]] std::string_view push(std::string_view bytes);
  /// The oldest string, which has so many bytes.
  void pop(std::size_t bytes);

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
    std::size_t end = 0;   ///< of what was pushed
    std::size_t left = 0;  ///< bytes that were not popped
  };

  std::deque<Block> blocks_;
};

}  // namespace florin
