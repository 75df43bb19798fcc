#include "storage/id_chunk.hpp"

#include "base/invariant.hpp"
#include "base/text.hpp"

namespace florin {

std::string pack_chunk(std::span<const StoredId> ids) {
  std::string bytes;
  bytes.reserve(ids.size() * kStoredIdBytes);
  for (const StoredId& id : ids) {
    append_big_endian(bytes, id.fingerprint.value);
    append_big_endian(bytes, id.sequence.value());
  }
  return bytes;
}

bool is_chunk(std::string_view bytes) {
  return bytes.size() % kStoredIdBytes == 0;
}

StoredId id_in_chunk(std::string_view bytes, std::size_t place) {
  const std::size_t at = place * kStoredIdBytes;
  invariant(at + kStoredIdBytes <= bytes.size(), "a chunk is not read past its end");
  return {{read_big_endian(bytes.substr(at, 8))}, SequenceNumber(read_big_endian(bytes.substr(at + 8, 8)))};
}

void find_in_chunk(std::string_view bytes, Fingerprint fingerprint, std::vector<SequenceNumber>& found) {
  std::size_t low = 0;
  std::size_t high = bytes.size() / kStoredIdBytes;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (id_in_chunk(bytes, middle).fingerprint < fingerprint) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  for (; low < bytes.size() / kStoredIdBytes; ++low) {
    const StoredId id = id_in_chunk(bytes, low);
    if (id.fingerprint != fingerprint) {
      return;
    }
    found.push_back(id.sequence);
  }
}

}  // namespace florin
