// Running out of room, in the map and on the disk.

#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "storage/fault.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

std::vector<Command> batch_of(int number, int size) {
  std::vector<Command> batch;
  batch.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    batch.push_back(
        deposit("d" + std::to_string(number) + "-" + std::to_string(i), "w" + std::to_string(i), 1));
  }
  return batch;
}

/// Whether everything of this batch is there, or nothing; a mixture is 2.
int found_of(const ShardSnapshot& snapshot, const DecidedBatch& batch) {
  std::size_t found = snapshot.head().hash == batch.record.hash ? 1 : 0;
  for (const IdRow& row : batch.ids) {
    found += snapshot.find_id(row.id_namespace, row.wallet, row.id).has_value() ? 1 : 0;
  }
  for (const WalletRow& row : batch.wallets) {
    found += snapshot.wallet(row.wallet) == row.state ? 1 : 0;
  }
  const std::size_t whole = 1 + batch.ids.size() + batch.wallets.size();
  return found == 0 ? 0 : found == whole ? 1 : 2;
}

TEST_CASE("A full map is no space and nothing of the batch is there") {
  const TempDir directory;
  LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(0), {std::uint64_t{512} << 10U, 16, 16});
  JournalBuilder journal(store);
  journal.open_epoch();
  bool full = false;
  for (int number = 0; number < 1000 && !full; ++number) {
    const DecidedBatch batch = journal.decided(batch_of(number, 50));
    try {
      store.commit({batch.record, batch.wallets, batch.ids, batch.totals});
    } catch (const StoreFault& fault) {
      full = true;
      CHECK(fault.kind() == FaultKind::no_space);
      CHECK(found_of(*store.snapshot(), batch) == 0);
      store.reopen();
      CHECK(found_of(*store.snapshot(), batch) == 0);
    }
  }
  CHECK(full);
}

TEST_CASE("A shard whose map is full answers overloaded and keeps what it has") {
  const TempDir directory;
  LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(0), {std::uint64_t{512} << 10U, 16, 16});
  ShardDriver shard(store);
  shard.start();
  int number = 0;
  while (shard.status().phase == ShardPhase::serving) {
    REQUIRE(number < 1000);
    shard.send(batch_of(number++, 50));
    (void)shard.step();
  }
  CHECK(shard.step().answers.front().code == Code::overloaded);
  shard.send(batch_of(0, 1));
  CHECK(shard.step().answers.front().duplicate);
}

/// In a child whose files may not grow: commits until it fails, opens again without the limit, and looks. 0
/// or 1: the batch is not there or whole. Anything else is wrong.
int fill_the_disk(const std::filesystem::path& directory, int batch_size) {
  ::signal(SIGXFSZ, SIG_IGN);
  LmdbShardStore store(directory, test_lineage(), ShardIndex(0), {std::uint64_t{64} << 20U, 16, 16});
  JournalBuilder journal(store);
  journal.open_epoch();
  const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
  const rlim_t allowed = std::filesystem::file_size(directory / "data.mdb") + 100'000;
  const rlimit limit{allowed, RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &limit);
  for (int number = 0; number < 1000; ++number) {
    const DecidedBatch batch = journal.decided(batch_of(number, batch_size));
    try {
      store.commit({batch.record, batch.wallets, batch.ids, batch.totals});
    } catch (const StoreFault& fault) {
      ::setrlimit(RLIMIT_FSIZE, &unlimited);
      store.reopen();
      if (fault.kind() == FaultKind::refused) {
        return 3;
      }
      const int found = found_of(*store.snapshot(), batch);
      journal.commit(batch_of(2000, 5));
      return found;
    }
  }
  return 4;
}

TEST_CASE("A disk that is full at the commit leaves the whole batch or nothing") {
  const TempDir directory;
  const int batch_size = GENERATE(1, 20, 200);
  INFO("batches of " << batch_size);
  const int found = run_in_child([&] { return fill_the_disk(directory.path(), batch_size); });
  CHECK((found == 0 || found == 1));
}

}  // namespace
}  // namespace florin::test
