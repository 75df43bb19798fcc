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
#include "protocol/handling.hpp"
#include "protocol/letter_class.hpp"
#include "protocol/query.hpp"

namespace florin {

/// Position in the router's refused log. From 1, contiguous.
using RefusedSequence = Strong<struct RefusedTag, std::uint64_t>;

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

/// A letter holds what it is about whole: an entry of a journal, or a refused message.
///
///     [format, number, class, arrived, entry row or nil, refused record or nil, [handling, ...] or nil]
struct Letter {
  LetterNumber number;
  LetterClass letter_class = LetterClass::rejected;
  TimeUs arrived;
  std::optional<EntryRow> entry;
  std::optional<RefusedRecord> refused;
  std::vector<Handling> handlings;  ///< what was done about it, oldest first

  /// The code of whichever it holds.
  [[nodiscard]] Code code() const;
  /// Whether it was redriven or discarded.
  [[nodiscard]] bool is_handled() const;
  /// Whether somebody should look at it still.
  [[nodiscard]] bool needs_somebody() const { return needs_action(letter_class) && !is_handled(); }
  /// The last thing that was done about it; nothing where nobody did anything.
  [[nodiscard]] const Handling* handling() const { return handlings.empty() ? nullptr : &handlings.back(); }
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
