#pragma once

/// What may be done about a dead letter, and under which id it is redriven. Pure: the sink applies it when it
/// is told, and whoever plans a redrive asks it before.
///
///     failed      the same id is decided again: client and operator see one outcome
///     rejected    final, so a new id that names the old one, and only where the class is named
///     the rest    not as they are

#include <cstdint>
#include <optional>

#include "ledger/names.hpp"
#include "protocol/command_codec.hpp"
#include "protocol/handling.hpp"
#include "protocol/letter.hpp"

namespace florin {

/// The letter with what `handle` asks for added to its handlings, or as it was where that has happened
/// before. `already_handled` and `not_redrivable` say what to do instead.
[[nodiscard]] Result<Letter> apply_handle(const Letter& letter, const Handle& handle, TimeUs now);

/// Whether a letter of this class can be redriven by who names `named`; says what else to do where not.
[[nodiscard]] Result<void> may_redrive(const Letter& letter, std::optional<LetterClass> named);

/// The id that the next redrive gets: another one only where the last is used up, by a decision or by other
/// content. What one operator was refused, for want of a role, another may have got decided. Only for letters
/// that may be redriven.
[[nodiscard]] TransactionId redrive_id(const Letter& letter);
/// `root~r2`; a root that leaves no room for it is cut and its hash put in.
[[nodiscard]] TransactionId redrive_id(const TransactionId& root, std::uint32_t number);

/// The command that redrives the letter under the id that the sink has reserved.
[[nodiscard]] TracedCommand redrive_command(const Letter& letter, const TransactionId& id);

}  // namespace florin
