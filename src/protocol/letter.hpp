#pragma once

/// What ends up in the dead-letter sink, and the router's record of what never became a command.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "ledger/codes.hpp"
#include "ledger/names.hpp"
#include "protocol/entry.hpp"
#include "protocol/query.hpp"

namespace florin {

/// Position in the router's refused log. From 1, contiguous.
using RefusedSequence = Strong<struct RefusedTag, std::uint64_t>;
/// A letter's own number in the sink. From 1, in order of arrival.
using LetterNumber = Strong<struct LetterTag, std::uint64_t>;

/// Of a refused message only so much is kept; its length and hash are those of the whole.
inline constexpr std::size_t kRefusedBytesMax = 4096;

/// A message, or one command of a message, that is not well-formed.
///
///     [format, sequence, time, peer, code, detail, length, hash, bytes]
struct RefusedRecord {
  RefusedSequence sequence;
  TimeUs time;
  std::string peer;  ///< the connection's routing id, raw bytes
  Code code = Code::malformed;
  std::string detail;
  std::uint64_t length = 0;
  Digest hash;
  std::string bytes;  ///< the first 4096; card numbers masked where they are why it was refused

  bool operator==(const RefusedRecord&) const = default;
};
[[nodiscard]] RefusedRecord make_refused(TimeUs time, std::string_view peer, const Problem& problem,
                                         std::string_view bytes);
void encode_refused(Writer& writer, const RefusedRecord& record);
[[nodiscard]] RefusedRecord decode_refused(Reader& reader);

/// What kind of attention a letter needs. Only `rejected` needs none: a business decision is final.
enum class LetterClass : std::uint8_t {
  rejected = 0,    ///< refused by the ledger
  suspicious = 1,  ///< refused by a check as fraud
  malformed = 2,   ///< never well-formed
  failed = 3,      ///< a fault outlasted its retries
  unapplied = 4,   ///< advice that fits no wallet; its money is in suspense
};
[[nodiscard]] std::string_view name(LetterClass letter_class);
[[nodiscard]] std::optional<LetterClass> letter_class_from_name(std::string_view name);
[[nodiscard]] inline bool needs_action(LetterClass letter_class) {
  return letter_class != LetterClass::rejected;
}

/// A letter holds what it is about whole: an entry of a journal, or a refused message.
///
///     [format, number, class, arrived, entry row or nil, refused record or nil, handling]
struct Letter {
  LetterNumber number;
  LetterClass letter_class = LetterClass::rejected;
  TimeUs arrived;
  std::optional<EntryRow> entry;
  std::optional<RefusedRecord> refused;

  /// The code of whichever it holds.
  [[nodiscard]] Code code() const;
};
/// How far the sink has followed a shard: its position, and the last failure up to there.
///
///     [position, failure sequence]
struct SinkPosition {
  Position position;
  FailureSequence failure;

  bool operator==(const SinkPosition&) const = default;
};
void encode_sink_position(Writer& writer, const SinkPosition& position);
[[nodiscard]] SinkPosition decode_sink_position(Reader& reader);
/// The positions alone.
[[nodiscard]] std::vector<Position> plain(std::span<const SinkPosition> positions);

[[nodiscard]] LetterClass class_of(const Entry& entry);
void encode_letter(Writer& writer, const Letter& letter);
[[nodiscard]] Letter decode_letter(Reader& reader);

}  // namespace florin
