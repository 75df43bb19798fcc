#include "protocol/letter_class.hpp"

#include <array>

namespace florin {

namespace {

constexpr std::array<std::string_view, kLetterClasses> kClassNames{"rejected", "suspicious", "malformed",
                                                                   "failed", "unapplied"};

}  // namespace

std::string_view name(LetterClass letter_class) {
  return kClassNames.at(static_cast<std::size_t>(letter_class));
}

std::optional<LetterClass> letter_class_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kClassNames.size(); ++i) {
    if (kClassNames.at(i) == name) {
      return static_cast<LetterClass>(i);
    }
  }
  return std::nullopt;
}

}  // namespace florin
