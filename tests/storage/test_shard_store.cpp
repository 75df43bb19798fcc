// What is committed to LMDB is read back, from a snapshot and after opening again.

#include <string>
#include <vector>

#include "storage/fault.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{64} << 20U, 16, 16};

struct Fixture {
  TempDir directory;
  LmdbShardStore store{directory.path(), test_lineage(), ShardIndex(0), kSmall};
};

/// Records with epochs between, so that several share their first sequence.
void write_history(ShardStore& store) {
  JournalBuilder journal(store);
  journal.open_epoch();
  journal.open_epoch();
  journal.commit(std::vector<Command>{open_wallet("o", "w"), deposit("d1", "w", 10)});
  journal.open_epoch();
  journal.commit(std::vector<Command>{withdraw("x", "nobody", 1)});
  journal.commit(std::vector<Command>{deposit("d2", "w", 20), open_wallet("o", "a"), withdraw("d3", "w", 5)});
  journal.open_epoch();
  journal.open_epoch();
}

TEST_CASE_METHOD(Fixture, "An empty store stands at genesis") {
  const auto snapshot = store.snapshot();
  CHECK(snapshot->head().header == genesis(test_lineage(), ShardIndex(0)));
  CHECK(snapshot->head().header.last_sequence == SequenceNumber(0));
  CHECK(snapshot->totals() == Totals{});
  CHECK_FALSE(snapshot->wallet(WalletId("w")).has_value());
  CHECK(snapshot->records(BatchOrdinal(0), 1000).rows.empty());
  CHECK(snapshot->hash_at(BatchOrdinal(0)) == Digest{});
  CHECK_FALSE(snapshot->hash_at(BatchOrdinal(1)).has_value());
}

TEST_CASE_METHOD(Fixture, "LMDB and memory give the same answers to everything") {
  MemoryShardStore memory(test_lineage(), ShardIndex(0));
  write_history(store);
  write_history(memory);
  const auto real = store.snapshot();
  const auto model = memory.snapshot();
  CHECK(real->head().header == model->head().header);
  CHECK(real->head().hash == model->head().hash);
  CHECK(real->totals() == model->totals());
  for (std::uint64_t sequence = 1; sequence <= 6; ++sequence) {
    const EntryRow row = real->entry(SequenceNumber(sequence));
    CHECK(row.entry == model->entry(SequenceNumber(sequence)).entry);
    CHECK(row.entry.sequence() == SequenceNumber(sequence));
  }
  for (std::uint64_t ordinal = 0; ordinal <= 10; ++ordinal) {
    INFO("ordinal " << ordinal);
    CHECK(real->hash_at(BatchOrdinal(ordinal)) == model->hash_at(BatchOrdinal(ordinal)));
    for (const std::size_t bytes : {std::size_t{1}, std::size_t{500}, std::size_t{1'000'000}}) {
      const auto page = real->records(BatchOrdinal(ordinal), bytes);
      CHECK(page.rows == model->records(BatchOrdinal(ordinal), bytes).rows);
      CHECK(page.more == model->records(BatchOrdinal(ordinal), bytes).more);
    }
  }
  for (const auto* wallet : {"w", "a", "nobody", "never"}) {
    CHECK(real->wallet(WalletId(wallet)) == model->wallet(WalletId(wallet)));
    for (const auto* id : {"o", "d1", "x", "d2", "d3", "none"}) {
      CHECK(real->find_id(IdNamespace::client, WalletId(wallet), TransactionId(id)) ==
            model->find_id(IdNamespace::client, WalletId(wallet), TransactionId(id)));
    }
  }
}

TEST_CASE_METHOD(Fixture, "What was committed is there after opening again") {
  write_history(store);
  const Head before = store.snapshot()->head();
  store.reopen();
  CHECK(store.snapshot()->head().hash == before.hash);
  CHECK(store.snapshot()->wallet(WalletId("w"))->balance == MinorUnits(25));
  CHECK(store.snapshot()->find_id(IdNamespace::client, WalletId("w"), TransactionId("d3")) ==
        SequenceNumber(6));
}

TEST_CASE_METHOD(Fixture, "Wallets are read page by page in key order") {
  write_history(store);
  const auto snapshot = store.snapshot();
  std::vector<std::string> wallets;
  std::string after;
  for (bool more = true; more;) {
    const auto page = snapshot->wallets(after, 2);
    CHECK(page.rows.size() <= 2);
    for (const WalletRow& row : page.rows) {
      wallets.emplace_back(row.wallet.view());
    }
    after = wallets.back();
    more = page.more;
  }
  CHECK(wallets == std::vector<std::string>{"a", "nobody", "w"});
}

TEST_CASE_METHOD(Fixture, "A page that is just full says truthfully whether more follows") {
  write_history(store);
  CHECK_FALSE(store.snapshot()->wallets({}, 3).more);
  CHECK(store.snapshot()->wallets({}, 2).more);
}

TEST_CASE_METHOD(Fixture, "A snapshot that is read across a commit shows the new head with the new wallets") {
  write_history(store);
  const auto snapshot = store.snapshot();
  const SequenceNumber before = snapshot->head().header.last_sequence;
  JournalBuilder(store).commit(std::vector<Command>{deposit("late", "w", 1)});
  CHECK(snapshot->head().header.last_sequence == before);
  CHECK(snapshot->wallet(WalletId("w"))->balance == MinorUnits(26));
  CHECK(snapshot->head().header.last_sequence == before.next());
}

TEST_CASE_METHOD(Fixture, "Ordinals are found among many records") {
  JournalBuilder journal(store);
  for (int i = 0; i < 60; ++i) {
    if (i % 7 == 0) {
      journal.open_epoch();
    }
    std::vector<Command> batch;
    for (int j = 0; j <= i % 5; ++j) {
      batch.push_back(deposit("d" + std::to_string(i) + "-" + std::to_string(j), "w", 1));
    }
    journal.commit(batch);
  }
  const auto snapshot = store.snapshot();
  const std::uint64_t last = snapshot->head().header.ordinal.value();
  const auto all = snapshot->records(BatchOrdinal(0), SIZE_MAX).rows;
  REQUIRE(all.size() == last);
  for (std::uint64_t ordinal = 1; ordinal <= last; ++ordinal) {
    CHECK(snapshot->hash_at(BatchOrdinal(ordinal)) == read_record(all[ordinal - 1]).value().hash);
    const auto page = snapshot->records(BatchOrdinal(ordinal - 1), 1);
    CHECK(page.rows == std::vector<std::string>{all[ordinal - 1]});
    CHECK(page.more == (ordinal < last));
  }
}

TEST_CASE_METHOD(Fixture, "A shard runs on LMDB as it does in memory") {
  ShardDriver shard(store);
  shard.start();
  (void)shard.decide(open_wallet("o", "w"));
  CHECK(shard.decide(deposit("d", "w", 5)).after.balance == MinorUnits(5));
  ShardDriver restarted(store);
  CHECK(restarted.start() == Epoch(2));
  CHECK(restarted.decide(deposit("d", "w", 5)).duplicate);
}

}  // namespace
}  // namespace florin::test
