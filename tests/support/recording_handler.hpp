#pragma once

/// Keeps what a subscription hands over.

#include <vector>

#include "logic/subscription.hpp"

namespace florin::test {

class RecordingHandler : public RecordHandler {
 public:
  Result<void> take(const BatchRecord& record) override {
    ordinals.push_back(record.header.ordinal.value());
    return {};
  }
  [[nodiscard]] std::size_t pending() const override { return 0; }
  std::vector<Position> restart() override { return {}; }
  void flush(TimeUs /*now*/) override {}

  std::vector<std::uint64_t> ordinals;
};

}  // namespace florin::test
