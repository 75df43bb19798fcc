#pragma once

/// A shard's journal and its query door, for consumers to follow.

#include <string>
#include <vector>

#include "logic/queries.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {

struct JournalSource {
  explicit JournalSource(std::uint16_t shard = 0, const Id128& lineage = test_lineage())
      : store(lineage, ShardIndex(shard)) {}

  MemoryShardStore store;
  JournalBuilder journal{store};
  QueryHandler query = shard_queries(store, [] { return std::string("\x80"); });

  /// The record with this ordinal.
  [[nodiscard]] std::string record(std::uint64_t ordinal) const { return store.journal().at(ordinal - 1); }
  /// What an idle shard publishes.
  [[nodiscard]] std::string head() const {
    Writer writer;
    const Head at = store.head();
    encode_position(writer, position_of(at.header, at.hash));
    return std::move(writer).take();
  }
};

}  // namespace florin::test
