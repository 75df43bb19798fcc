#pragma once

/// Which dead letters a command is about: options of the command line, and the letters they let through.

#include <cstdint>
#include <functional>
#include <string>

#include "protocol/letter.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

struct LetterChoice {
  bool needs_action = false;
  bool handled = false;
  bool unhandled = false;
  std::string wallet;
  std::string letter_class;
  std::string reason;
  int shard = -1;           ///< any
  std::uint64_t after = 0;  ///< letters behind this one
};

/// `--wallet`, `--reason`, `--shard`, `--class`.
void add_choice_options(CLI::App& command, LetterChoice& choice);

/// Hands over the letters in order of arrival, read page by page, until `take` says no. Says why it could not
/// read them, or that an option is wrong (unknown_option).
[[nodiscard]] Result<void> each_letter(StoreAccess& access, const LetterChoice& choice,
                                       const std::function<bool(const Letter&)>& take);

/// `not_found` where there is none.
[[nodiscard]] Result<Letter> find_letter(StoreAccess& access, LetterNumber number);

/// One line: class, reason, wallet, kind, amount, id; or the start of the bytes.
[[nodiscard]] std::vector<std::string> letter_cells(const Letter& letter);

}  // namespace florin
