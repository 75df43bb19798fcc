#pragma once

/// An immutable run of ids of one partition, as it lies in a row:
///
///     fingerprint (8, big-endian), sequence (8, big-endian), ... rising
///
/// A partition holds the ids whose fingerprints begin alike. Its chunks are merged as they become many: one
/// of level n + 1 takes the place of those up to level n.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "storage/id_fingerprint.hpp"

namespace florin {

struct ChunkKey {
  std::uint16_t partition = 0;
  std::uint8_t level = 0;
  std::uint64_t cycle = 0;  ///< how often the partition had its turn before

  auto operator<=>(const ChunkKey&) const = default;
};

/// Where an id was decided; the entry there tells whether it is this very id.
struct StoredId {
  Fingerprint fingerprint;
  SequenceNumber sequence;

  auto operator<=>(const StoredId&) const = default;
};

inline constexpr std::size_t kStoredIdBytes = 16;

/// `ids` in rising order.
[[nodiscard]] std::string pack_chunk(std::span<const StoredId> ids);
[[nodiscard]] bool is_chunk(std::string_view bytes);
[[nodiscard]] StoredId id_in_chunk(std::string_view bytes, std::size_t place);
/// Appends the sequences that stand under a fingerprint.
void find_in_chunk(std::string_view bytes, Fingerprint fingerprint, std::vector<SequenceNumber>& found);

}  // namespace florin
