#pragma once

/// What the messages of the back end have in common. For its decoders.

#include <cstddef>
#include <cstdint>

#include "base/strong.hpp"
#include "protocol/problem.hpp"
#include "protocol/reader.hpp"

namespace florin {

inline constexpr std::size_t kWorkerNameMax = 128;

[[nodiscard]] inline ShardIndex read_shard(Reader& reader) {
  return ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
}

/// The value, where all of the message was as it has to be and nothing follows.
template <class T>
[[nodiscard]] Result<T> finished(Reader& reader, T value) {
  reader.finish();
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return value;
}

}  // namespace florin
