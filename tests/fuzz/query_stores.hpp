#pragma once

/// Every owner's store with a small history in it, as queries find it.

#include <string>
#include <string_view>

#include "logic/queries.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {

/// The real stores, because what a caller names as a key reaches LMDB. The shard's journal is in memory too,
/// as the second opinion.
class QueryStores {
 public:
  QueryStores();

  [[nodiscard]] std::string ask_shard(std::string_view query) { return shard_(query); }
  [[nodiscard]] std::string ask_model(std::string_view query) { return model_(query); }
  [[nodiscard]] std::string ask_accounting(std::string_view query) { return accounting_(query); }
  [[nodiscard]] std::string ask_dead_letters(std::string_view query) { return dead_letters_(query); }
  [[nodiscard]] std::string ask_router(std::string_view query) { return router_(query); }

 private:
  TempDir directory_;
  LmdbShardStore shard_store_;
  MemoryShardStore model_store_;
  LmdbAccountingStore accounting_store_;
  LmdbDeadLetterStore dead_letter_store_;
  LmdbRefusedLog refused_log_;
  InboxIndex inbox_;
  QueryHandler shard_;
  QueryHandler model_;
  QueryHandler accounting_;
  QueryHandler dead_letters_;
  QueryHandler router_;
};

}  // namespace florin::test
