#pragma once

/// A property as a test: many random inputs, the smallest that fails is shown with the seed that makes it
/// again.

#include <rapidcheck.h>

#include <string>

#include "tests/support/catch.hpp"

namespace florin::test {

template <class Testable>
void check_property(const std::string& description, Testable&& testable) {
  const bool holds = rc::check(description, std::forward<Testable>(testable));
  INFO(description);
  REQUIRE(holds);
}

}  // namespace florin::test
