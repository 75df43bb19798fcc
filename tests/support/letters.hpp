#pragma once

/// Dead letters as tests write them, one line each, and what is done about them.

#include <string>
#include <string_view>

#include "protocol/letter.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {

[[nodiscard]] inline Letter letter_of(LetterClass letter_class, const Command& command) {
  Letter letter;
  letter.number = LetterNumber(7);
  letter.letter_class = letter_class;
  Entry entry;
  entry.command = command;
  entry.outcome = letter_class == LetterClass::failed ? Outcome::error : Outcome::rejected;
  entry.reason = letter_class == LetterClass::failed ? Code::store_fault : Code::insufficient_funds;
  entry.sides.push_back({command.wallet, SequenceNumber(0), {}});
  entry.sides[0].after.stands_at = SequenceNumber(1);
  letter.entry = EntryRow{ShardIndex(0), TimeUs(5), entry};
  return letter;
}

[[nodiscard]] inline Handle handle_of(HandleAction action, std::string_view by = "ann") {
  Handle handle;
  handle.letter = LetterNumber(7);
  handle.by = OperatorName(by);
  handle.action = action;
  return handle;
}

[[nodiscard]] inline Handle reserve(std::optional<LetterClass> named = {}, std::string_view by = "ann") {
  Handle handle = handle_of(HandleAction::reserve, by);
  handle.letter_class = named;
  return handle;
}

[[nodiscard]] inline Handle record(std::string_view id, Resolution resolution, Code code = Code::none,
                                   std::string_view by = "ann") {
  Handle handle = handle_of(HandleAction::record, by);
  handle.id = TransactionId(id);
  handle.resolution = resolution;
  handle.code = code;
  return handle;
}

[[nodiscard]] inline Handle discard(std::string_view reason, std::string_view by = "ann") {
  Handle handle = handle_of(HandleAction::discard, by);
  handle.reason = reason;
  return handle;
}

}  // namespace florin::test
