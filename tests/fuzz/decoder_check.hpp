#pragma once

/// What must hold of a decoder, whatever bytes it is given.

#include <string>
#include <string_view>

#include "tests/fuzz/target.hpp"
#include "tests/support/golden.hpp"

namespace florin::test {

/// - The same bytes decode to the same, whatever stands behind them in memory.
/// - A refusal says why.
/// - What is taken is whole: neither a byte less nor a byte more is taken.
/// - What is taken is written again as something that is taken, and as the same bytes from then on.
/// - Nothing is lost on the way: both say the same, up to how wide a number is written. A code that this
///   version does not know is read as `malformed`, and that is all that may be.
[[nodiscard]] Finding check_decoder(const GoldenSample& format, std::string_view bytes);

/// MessagePack as a text in which only meaning differs: integers of any width, options in any order. An
/// absent value may be written as nil, as 0 or as an empty text, so these are one here; and so is an option
/// that says its default. Read with the MessagePack library, so that our own reader does not judge itself.
[[nodiscard]] std::string meaning_of(std::string_view packed);

}  // namespace florin::test
