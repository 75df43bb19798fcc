#pragma once

/// What a shard has decided since its process started, as monitoring counts it. Owned by the shard's logic;
/// grows by nothing but numbers, and no wallet is named in it.

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "ledger/codes.hpp"
#include "ledger/kinds.hpp"
#include "logic/buckets.hpp"
#include "protocol/entry.hpp"

namespace florin {

struct ShardTally {
  static constexpr std::size_t kOutcomes = 3;

  /// By kind (its number less one), then by outcome.
  std::vector<std::array<std::uint64_t, kOutcomes>> outcomes;
  std::map<Code, std::uint64_t> reasons;  ///< of what was no success; as many as there are codes, at most
  Buckets<8> batch_entries{{1, 2, 5, 10, 50, 200, 1000, 4000}};
  /// From standing in the router's queue to being decided.
  Buckets<9> waited_us{{250, 1000, 2500, 5000, 10'000, 50'000, 250'000, 1'000'000, 10'000'000}};

  /// Takes the entries of one commit that has succeeded.
  void add(const std::vector<Entry>& entries);
};

}  // namespace florin
