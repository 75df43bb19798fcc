#pragma once

/// Waiting for what another thread or process does: a poll with a deadline so generous that only something
/// broken reaches it.

#include <chrono>
#include <thread>

namespace florin::test {

inline constexpr std::chrono::seconds kPatience{60};

template <class Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds patience = kPatience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace florin::test
