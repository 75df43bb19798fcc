#pragma once

#include <string>

#include "protocol/letter.hpp"

namespace florin {

/// A dead letter in the words of `florin dead-letters --json`. Its bytes are in hex, and escaped where they
/// are no command.
[[nodiscard]] std::string letter_json(const Letter& letter);

}  // namespace florin
