#pragma once

/// Integers that mean something. A `SequenceNumber` does not turn into an `Epoch` or into a plain integer by
/// accident: construction and reading are both explicit.

#include <compare>
#include <cstdint>

namespace florin {

template <class Tag, class Rep>
class Strong {
 public:
  using rep = Rep;

  constexpr Strong() = default;
  constexpr explicit Strong(Rep value) : value_(value) {}

  [[nodiscard]] constexpr Rep value() const { return value_; }
  [[nodiscard]] constexpr Strong next() const { return Strong(static_cast<Rep>(value_ + 1)); }
  [[nodiscard]] constexpr Strong plus(Rep count) const { return Strong(static_cast<Rep>(value_ + count)); }

  constexpr auto operator<=>(const Strong&) const = default;

 private:
  Rep value_{};
};

/// Position of an entry in its shard's journal. The first entry of a shard is 1; 0 means "none yet".
using SequenceNumber = Strong<struct SequenceTag, std::uint64_t>;
/// Position among those entries of a shard that go to the dead-letter sink. Contiguous, from 1.
using FailureSequence = Strong<struct FailureTag, std::uint64_t>;
/// Position of a batch record in its shard's journal. Contiguous, from 1.
using BatchOrdinal = Strong<struct OrdinalTag, std::uint64_t>;
/// Counts the openings of a shard's store: whoever holds a lower one speaks for the past.
using Epoch = Strong<struct EpochTag, std::uint64_t>;
/// Counts the starts of the router of one data directory.
using Incarnation = Strong<struct IncarnationTag, std::uint64_t>;
/// Counts the journaled entries of one wallet.
using WalletVersion = Strong<struct VersionTag, std::uint64_t>;
/// Position among the lines of all wallets' statements. Contiguous, from 1; 0 means "none".
using LineNumber = Strong<struct LineTag, std::uint64_t>;
/// Position of a command in its shard's inbox. Contiguous, from 1; 0 means "not in the inbox".
using InboxPosition = Strong<struct InboxTag, std::uint64_t>;
/// Which slice of the wallets.
using ShardIndex = Strong<struct ShardTag, std::uint16_t>;
/// Microseconds since 1970-01-01T00:00:00Z.
using TimeUs = Strong<struct TimeTag, std::int64_t>;

}  // namespace florin
