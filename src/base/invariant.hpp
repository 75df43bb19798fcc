#pragma once

/// Checks of our own reasoning. A failed invariant is a bug in Florin, never bad input and never a fault of
/// the disk or network: it prints what must hold with its place in the source and aborts, in release too,
/// because a processor of money that has lost its bearings must not decide anything more.

#include <string_view>

namespace florin {

[[noreturn]] void invariant_failed(std::string_view must_hold, const char* file, int line);

/// `invariant(a + b == c, "the entry balances")`
inline void invariant(bool holds, std::string_view must_hold, const char* file = __builtin_FILE(),
                      int line = __builtin_LINE()) {
  if (!holds) [[unlikely]] {
    invariant_failed(must_hold, file, line);
  }
}

}  // namespace florin
