#include "actors/tally_text.hpp"

#include <algorithm>

namespace florin {

namespace {

bool is_empty(const std::array<std::uint64_t, ShardTally::kOutcomes>& counts) {
  return std::all_of(counts.begin(), counts.end(), [](std::uint64_t count) { return count == 0; });
}

}  // namespace

std::string pack_outcomes(const ShardTally& tally) {
  Writer pairs;
  std::size_t count = 0;
  for (std::size_t kind = 0; kind < tally.outcomes.size(); ++kind) {
    if (is_empty(tally.outcomes[kind])) {
      continue;
    }
    ++count;
    pairs.text(name(static_cast<Kind>(kind + 1))).map(ShardTally::kOutcomes);
    for (std::size_t outcome = 0; outcome < ShardTally::kOutcomes; ++outcome) {
      pairs.text(name(static_cast<Outcome>(outcome))).uint(tally.outcomes[kind][outcome]);
    }
  }
  Writer map;
  map.map(count).raw(pairs.view());
  return std::move(map).take();
}

std::string pack_reasons(const ShardTally& tally) {
  Writer map;
  map.map(tally.reasons.size());
  for (const auto& [reason, count] : tally.reasons) {
    map.text(name(reason)).uint(count);
  }
  return std::move(map).take();
}

}  // namespace florin
