#pragma once

/// How our types read in Catch2's messages. Included by tests that compare them.

#include <ostream>

#include "ledger/codes.hpp"
#include "ledger/kinds.hpp"
#include "protocol/message.hpp"

namespace florin {

inline std::ostream& operator<<(std::ostream& out, Code code) {
  return out << name(code);
}
inline std::ostream& operator<<(std::ostream& out, Outcome outcome) {
  return out << name(outcome);
}
inline std::ostream& operator<<(std::ostream& out, Resolution resolution) {
  return out << name(resolution);
}
inline std::ostream& operator<<(std::ostream& out, const Problem& problem) {
  return out << name(problem.code) << ": " << problem.detail;
}
template <class Tag, class Rep>
std::ostream& operator<<(std::ostream& out, Strong<Tag, Rep> value) {
  return out << value.value();
}

}  // namespace florin
