#pragma once

/// Faults of a store: exceptions, because nothing may go on past them but the code that knows what to do.

#include <cstdint>
#include <stdexcept>
#include <string>

namespace florin {

enum class FaultKind : std::uint8_t {
  no_space,         ///< refused before anything was written: nothing of the batch is there, try again later
  unknown_outcome,  ///< a write or sync failed half-way: close, open again, and look what is there
  refused,          ///< the store must not be used as it is; the text says why and what to do
};

class StoreFault : public std::runtime_error {
 public:
  StoreFault(FaultKind kind, const std::string& text) : std::runtime_error(text), kind_(kind) {}
  [[nodiscard]] FaultKind kind() const { return kind_; }

 private:
  FaultKind kind_;
};

[[noreturn]] inline void refuse_store(const std::string& text) {
  throw StoreFault(FaultKind::refused, text);
}

}  // namespace florin
