#pragma once

/// How dead letters are shown to programs: the letter with its original bytes, and what was done about it.

#include <nlohmann/json_fwd.hpp>

#include "protocol/letter.hpp"

namespace florin {

/// Bytes from outside are in hex, and escaped too where they are no command.
[[nodiscard]] nlohmann::ordered_json to_json(const Letter& letter);
[[nodiscard]] nlohmann::ordered_json to_json(const Handling& handling);

/// `open`, or the state of the last handling: `redriving`, `redriven`, `discarded`, `returned`.
[[nodiscard]] std::string_view handling_text(const Letter& letter);

}  // namespace florin
