#pragma once

/// What an operator did about a dead letter, and the message that says so. docs/PROTOCOL.md, HANDLE.
///
///     HANDLE    [1, 4, request, letter, by, action, details, options]
///     REPLY     the letter as it then stands, or why not
///
///              reserve              record: it was decided
///     (open) ───────────> redriving ───────────────────────> redriven
///        │  ^                 │
///        │  └── returned <────┘ record: nothing was decided
///        │ discard
///        └─────────────> discarded
///
/// A letter is handled once it is redriven or discarded. Past that only who says so explicitly goes on.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bounded_text.hpp"
#include "base/strong.hpp"
#include "ledger/codes.hpp"
#include "ledger/names.hpp"
#include "protocol/letter_class.hpp"
#include "protocol/message.hpp"

namespace florin {

/// Who handles a letter: a person's or a program's name. Any printable UTF-8 text.
using OperatorName = BoundedText<struct OperatorTag, kNameMax>;

/// A reason is a sentence or two.
inline constexpr std::size_t kHandlingReasonMax = 256;
/// What was done about one letter, in all. A redrive takes two.
inline constexpr std::size_t kHandlingsMax = 16;

enum class HandlingState : std::uint8_t {
  redriving = 1,  ///< an id is reserved; whether it was decided under it is not recorded yet
  redriven = 2,   ///< it was decided under the id
  discarded = 3,  ///< nobody has to do anything about it any more
  returned = 4,   ///< the redrive was refused without a decision
};
[[nodiscard]] std::string_view name(HandlingState state);
/// Whether nobody has to act on the letter any more.
[[nodiscard]] inline bool ends(HandlingState state) {
  return state == HandlingState::redriven || state == HandlingState::discarded;
}

/// One step, as it is kept with the letter.
///
///     [state, time, by, id or nil, resolution or nil, code, reason or nil]
struct Handling {
  HandlingState state = HandlingState::redriving;
  TimeUs time;  ///< by the sink's clock
  OperatorName by;
  TransactionId id;                             ///< under which it is redriven; empty where discarded
  Resolution resolution = Resolution::refused;  ///< of `redriven` and `returned`
  Code code = Code::none;                       ///< the same
  std::string reason;                           ///< of `discarded`

  bool operator==(const Handling&) const = default;
};
void encode_handling(Writer& writer, const Handling& handling);
[[nodiscard]] Handling decode_handling(Reader& reader);

enum class HandleAction : std::uint8_t {
  reserve = 1,  ///< [class named or nil]: tells the one id under which the letter is redriven
  record = 2,   ///< [id, resolution, code]: what became of it
  discard = 3,  ///< [reason]
};

struct Handle {
  std::uint64_t request = 0;
  LetterNumber letter;
  OperatorName by;
  HandleAction action = HandleAction::reserve;
  std::optional<LetterClass> letter_class;  ///< `rejected` is redriven only where it is named
  TransactionId id;
  Resolution resolution = Resolution::refused;
  Code code = Code::none;
  std::string reason;
  bool even_discarded = false;  ///< option `discarded`: a discarded letter, too
  bool even_redriven = false;   ///< option `redriven`: a redriven letter, too

  bool operator==(const Handle&) const = default;
};
[[nodiscard]] std::string encode_handle(const Handle& handle);
[[nodiscard]] Result<Handle> decode_handle(std::string_view bytes);

}  // namespace florin
