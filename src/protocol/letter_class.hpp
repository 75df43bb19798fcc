#pragma once

/// Numbers and classes of dead letters.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/strong.hpp"

namespace florin {

/// A letter's own number in the sink. From 1, in order of arrival.
using LetterNumber = Strong<struct LetterTag, std::uint64_t>;

/// What kind of attention a letter needs. Only `rejected` needs none: a business decision is final.
enum class LetterClass : std::uint8_t {
  rejected = 0,    ///< refused by the ledger
  suspicious = 1,  ///< refused by a check as fraud
  malformed = 2,   ///< never well-formed
  failed = 3,      ///< a fault outlasted its retries
  unapplied = 4,   ///< advice that fits no wallet; its money is in suspense
};
inline constexpr std::size_t kLetterClasses = 5;

[[nodiscard]] std::string_view name(LetterClass letter_class);
[[nodiscard]] std::optional<LetterClass> letter_class_from_name(std::string_view name);
[[nodiscard]] inline bool needs_action(LetterClass letter_class) {
  return letter_class != LetterClass::rejected;
}

}  // namespace florin
