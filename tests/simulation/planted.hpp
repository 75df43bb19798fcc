#pragma once

/// Bugs from outside production code: what wraps stores, and what rewrites messages on links. The honest
/// world has none of them; a harness that finds none of them proves nothing.

#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "storage/consumer_stores.hpp"
#include "storage/inbox_store.hpp"
#include "storage/shard_disk.hpp"
#include "tests/simulation/network.hpp"

namespace florin::sim {

template <class Store>
using Decorate = std::function<std::unique_ptr<Store>(std::unique_ptr<Store>)>;

template <class Store>
[[nodiscard]] std::unique_ptr<Store> decorated(const Decorate<Store>& decorate,
                                               std::unique_ptr<Store> honest) {
  if (decorate) {
    return decorate(std::move(honest));
  }
  return honest;
}

struct Plants {
  Decorate<ShardDisk> shard_disk;
  Decorate<ShardStore> shard_store;
  Decorate<AccountingStore> accounting_store;
  Decorate<DeadLetterStore> dead_letter_store;
  Decorate<InboxStore> inbox_store;
  /// Made for each run, because it may keep a state.
  std::function<Rewrite()> rewrite;
  /// Who finds a shard's lock taken takes it all the same.
  bool replaces_locks = false;
  /// A consumer that takes the next event it sees for the next one there is.
  bool skips_gaps = false;
};

struct PlantedBug {
  std::string_view name;
  std::string_view what;
  unsigned found_within;  ///< this many seeds, from 1 on
  Plants plants;
};

[[nodiscard]] std::span<const PlantedBug> planted_bugs();

}  // namespace florin::sim
