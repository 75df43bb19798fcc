#pragma once

/// A Bloom filter: says of an id that is not in the chunks that it is not, except once in some hundred times.

#include <cstdint>
#include <vector>

#include "storage/id_fingerprint.hpp"

namespace florin {

class IdFilter {
 public:
  /// Empties it and makes room for so many.
  void reset(std::size_t ids);
  /// Whether it can take so many more without saying "perhaps" too often.
  [[nodiscard]] bool has_room(std::size_t more) const;
  void add(Fingerprint fingerprint);
  [[nodiscard]] bool may_hold(Fingerprint fingerprint) const;

 private:
  std::vector<std::uint64_t> words_;
  std::size_t ids_ = 0;
};

}  // namespace florin
