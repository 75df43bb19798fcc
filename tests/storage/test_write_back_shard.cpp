// What a shard's store keeps in memory and writes later is what the last commit left, whenever the process
// ends; and it stays within its bounds.

#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <random>
#include <thread>

#include "storage/lmdb_shard_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/show.hpp"
#include "tests/support/tamper.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{256} << 20U, 16, 16};
constexpr std::size_t kWallets = 40;
constexpr std::size_t kPartitions = 8;

/// So small that everything happens within a few hundred entries. Six bits let most ids share a fingerprint.
WriteBackLimits tight_limits() {
  WriteBackLimits limits;
  limits.wallets = {50, 4};
  limits.ids = {30, kPartitions, 3, 6};
  return limits;
}

std::unique_ptr<LmdbShardStore> open_store(const TempDir& directory, const WriteBackLimits& limits) {
  return std::make_unique<LmdbShardStore>(directory.path(), test_lineage(), ShardIndex(), kSmall,
                                          OpenFor::use, limits);
}

/// A batch of deposits; some ids were used before, some wallets are new.
std::vector<Command> random_batch(std::mt19937& random, std::uint64_t& next_id) {
  std::vector<Command> batch;
  const std::size_t size = 1 + random() % 12;
  while (batch.size() < size) {
    const std::string wallet = fmt::format("w{}", random() % kWallets);
    const bool again = next_id > 0 && random() % 5 == 0;
    const std::uint64_t id = again ? random() % next_id : next_id++;
    batch.push_back(id % 4 == 0 ? open_wallet(fmt::format("i{}", id), wallet)
                                : deposit(fmt::format("i{}", id), wallet, 1 + static_cast<int>(id)));
  }
  return batch;
}

void check_equal(const ShardSnapshot& real, const ShardSnapshot& model, std::uint64_t ids) {
  REQUIRE(real.head().hash == model.head().hash);
  REQUIRE(real.totals() == model.totals());
  std::string after;
  std::vector<WalletRow> listed;
  for (bool more = true; more;) {
    const auto page = real.wallets(after, 7);
    REQUIRE(page.rows.size() <= 7);
    listed.insert(listed.end(), page.rows.begin(), page.rows.end());
    after = listed.empty() ? "" : std::string(listed.back().wallet.view());
    more = page.more;
  }
  const auto expected = model.wallets({}, SIZE_MAX).rows;
  REQUIRE(listed.size() == expected.size());
  for (std::size_t i = 0; i < listed.size(); ++i) {
    REQUIRE(listed[i].wallet == expected[i].wallet);
    REQUIRE(listed[i].state == expected[i].state);
    REQUIRE(real.wallet(listed[i].wallet) == expected[i].state);
  }
  for (std::uint64_t id = 0; id < ids + 20; ++id) {
    const TransactionId name(fmt::format("i{}", id));
    for (std::size_t wallet = 0; wallet < kWallets; wallet += 3) {
      const WalletId of(fmt::format("w{}", wallet));
      REQUIRE(real.find_id(IdNamespace::client, of, name) == model.find_id(IdNamespace::client, of, name));
    }
  }
}

TEST_CASE("A shard's wallets and ids are those of the last commit however often the store is opened again") {
  const auto seed = GENERATE(range(1U, 9U));
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const TempDir directory;
  const WriteBackLimits limits = tight_limits();
  auto store = open_store(directory, limits);
  MemoryShardStore model(test_lineage(), ShardIndex());
  std::uint64_t ids = 0;
  for (int i = 0; i < 60; ++i) {
    const auto batch = random_batch(random, ids);
    if (random() % 8 == 0) {
      JournalBuilder(*store).open_epoch();
      JournalBuilder(model).open_epoch();
    }
    JournalBuilder(*store).commit(batch);
    JournalBuilder(model).commit(batch);
    switch (random() % 6) {
      case 0:  // nothing is written when it ends, so this is a kill
        store.reset();
        store = open_store(directory, limits);
        break;
      case 1: store->reopen(); break;
      case 2:
        store->finish();
        store.reset();
        store = open_store(directory, limits);
        break;
      default: break;
    }
    if (i % 6 == 0) {
      check_equal(*store->snapshot(), *model.snapshot(), ids);
    }
  }
  check_equal(*store->snapshot(), *model.snapshot(), ids);
}

/// Deposits into all wallets in turn, `batch` of them with each commit.
void deposit_many(ShardStore& store, std::uint64_t from, std::uint64_t to, std::size_t batch = 10) {
  JournalBuilder journal(store);
  std::vector<Command> commands;
  for (std::uint64_t id = from; id < to; ++id) {
    commands.push_back(deposit(fmt::format("i{}", id), fmt::format("w{}", id % kWallets), 1));
    if (commands.size() == batch || id + 1 == to) {
      journal.commit(commands);
      commands.clear();
    }
  }
}

TEST_CASE("What an opening applies again, and what the index of ids takes, stay bounded") {
  const TempDir directory;
  WriteBackLimits limits = tight_limits();
  limits.ids.fingerprint_bits = 64;
  auto store = open_store(directory, limits);
  deposit_many(*store, 0, 400);
  for (std::uint64_t id = 400; id < 4000; id += 200) {
    deposit_many(*store, id, id + 200);
    store.reset();
    store = open_store(directory, limits);
    // Two sweeps of wallets, or the ids in memory and the batch that filled them up.
    CHECK(store->refolded() <= 2 * limits.wallets.entries_per_sweep + 20);
  }
  store.reset();
  const auto chunks = Tamper(directory.path()).rows("ids");
  std::size_t bytes = 0;
  for (const auto& [key, value] : chunks) {
    bytes += value.size();
  }
  // By 3: at most 2 chunks of each of the lower levels, and 4000 ids in 8 partitions make about 6 levels.
  CHECK(chunks.size() <= kPartitions * 2 * 7);
  // Each opening may write some again that were written just before it; a merge drops them.
  CHECK(bytes / kStoredIdBytes <= 4000 + 10 * limits.ids.recent_max);
  CHECK(bytes / kStoredIdBytes >= 4000 - limits.ids.recent_max - 20);
}

TEST_CASE("Rows that many wallets left behind are swept although few change any more") {
  const TempDir directory;
  const WriteBackLimits limits = tight_limits();
  auto store = open_store(directory, limits);
  JournalBuilder journal(*store);
  std::vector<Command> burst;
  burst.reserve(600);
  for (int i = 0; i < 600; ++i) {
    burst.push_back(deposit(fmt::format("b{}", i), fmt::format("many{}", i), 1));
  }
  journal.commit(burst);
  for (int i = 0; i < 150; ++i) {
    journal.commit(std::vector<Command>{deposit(fmt::format("h{}", i), fmt::format("hot{}", i % 2), 1)});
  }
  store.reset();
  store = open_store(directory, limits);
  CHECK(store->refolded() <= 4 * limits.wallets.entries_per_sweep + 20);
}

TEST_CASE("A clean end writes all wallets back, and the next opening changes nothing") {
  const TempDir directory;
  {
    const auto store = open_store(directory, {});
    deposit_many(*store, 0, 100);
    CHECK(Tamper(directory.path()).rows("wallets").empty());
    store->finish();
    store->finish();
  }
  CHECK(Tamper(directory.path()).rows("wallets").size() == kWallets);
  const auto store = open_store(directory, {});
  CHECK(store->snapshot()->wallets({}, 1000).rows.size() == kWallets);
  CHECK(store->snapshot()->find_id(IdNamespace::client, WalletId("w7"), TransactionId("i47")) ==
        SequenceNumber(48));
}

TEST_CASE("Who reads while commits go on sees wallets and ids of one moment, and never an older one") {
  const TempDir directory;
  const auto store = open_store(directory, tight_limits());
  deposit_many(*store, 0, 40);
  std::atomic<bool> done = false;
  std::atomic<std::uint64_t> wrong = 0;
  std::atomic<std::uint64_t> looks = 0;
  std::thread reader([&] {
    SequenceNumber seen;
    while (!done) {
      const auto snapshot = store->snapshot();
      const auto state = snapshot->wallet(WalletId("w5"));
      const SequenceNumber head = snapshot->head().header.last_sequence;
      // Each wallet is paid into once in 40 entries, so its last entry tells how many it must have had.
      const std::uint64_t due = (head.value() - 6) / kWallets + 1;
      const auto id = snapshot->find_id(IdNamespace::client, WalletId("w5"), TransactionId("i5"));
      const bool right =
          state && state->version.value() == due && state->stands_at >= seen && id == SequenceNumber(6);
      wrong += right ? 0 : 1;
      seen = state ? state->stands_at : seen;
      ++looks;
    }
  });
  deposit_many(*store, 40, 6000);
  done = true;
  reader.join();
  CHECK(wrong == 0);
  CHECK(looks > 100);
}

}  // namespace
}  // namespace florin::test
