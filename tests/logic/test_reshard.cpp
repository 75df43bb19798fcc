// A store made again with another number of shards.

#include "logic/journal_merge.hpp"
#include "logic/reshard.hpp"
#include "logic/reshard_check.hpp"
#include "logic/resharder.hpp"
#include "protocol/writer.hpp"
#include "storage/fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/journal_source.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const Id128 kNewLineage = fixed_from<Id128>("the new lineage!");

Commands some_history() {
  Commands commands;
  for (int i = 0; i < 30; ++i) {
    const std::string wallet = "w" + std::to_string(i % 10);
    commands.push_back({i < 10 ? open_wallet("o", wallet) : deposit("d" + std::to_string(i), wallet, i), {}});
  }
  commands.push_back({payment("p", "w3", 100'000), {}});
  return commands;
}

RestoreReport reshard_to(const std::filesystem::path& from, const std::filesystem::path& to,
                         std::uint16_t shards) {
  const DataDirectory old = DataDirectory::open(from);
  const StoppedStores stores(old, {}, {}, "test");
  const auto target = DataDirectory::open_or_create(to, shards, kNewLineage);
  return reshard(stores, {target, {}, {}}, [](std::uint64_t) {});
}

std::string refusal_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const StoreFault& fault) {
    return fault.what();
  }
  return "none";
}

RecordSource whole(const JournalSource& source) {
  return [&source](BatchOrdinal after) {
    const auto journal = source.store.journal();
    return std::vector<std::string>(journal.begin() + static_cast<std::ptrdiff_t>(after.value()),
                                    journal.end());
  };
}

TEST_CASE("Journals are merged by time, and at the same time by shard") {
  JournalSource first(0);
  JournalSource second(1);
  const auto commit_at = [](JournalSource& source, std::int64_t ms, const char* id) {
    source.journal.now = TimeUs((ms - 1) * 1000);  // the builder adds a millisecond
    source.journal.commit(std::vector{deposit(id, "a", 1)});
  };
  commit_at(first, 10, "1");
  commit_at(second, 5, "2");
  commit_at(first, 20, "3");
  commit_at(second, 20, "4");
  commit_at(first, 20, "5");
  std::vector<JournalCursor> cursors;
  cursors.emplace_back(whole(first), test_lineage(), ShardIndex(0));
  cursors.emplace_back(whole(second), test_lineage(), ShardIndex(1));
  JournalMerge merge(std::move(cursors));
  std::string order;
  while (const JournalCursor* cursor = merge.next()) {
    order += cursor->entries().front().command.id.view();
  }
  CHECK(order == "21354");
  CHECK(merge.next() == nullptr);
}

TEST_CASE("A resharded store holds the same books, and every id is known") {
  const std::uint16_t shards = GENERATE(as<std::uint16_t>(), 1, 2, 7);
  const TempDir directory;
  fill_store(directory / "old", 4, some_history(), 3);
  const RestoreReport done = reshard_to(directory / "old", directory / "new", shards);
  CHECK(done.transactions == 31);
  CHECK(done.wallets == 10);
  CHECK(done.refused == 3);
  StoppedNode fresh(directory / "new");
  CHECK(fresh.data().facts().shards == shards);
  CHECK(fresh.data().facts().lineage == kNewLineage);
  CHECK(fresh.books() == StoppedNode(directory / "old").books());
  CHECK(fresh.verify().discrepancies == 0);
}

TEST_CASE("Entries of one record keep their time and their order when they are dealt out") {
  JournalSource source;
  std::vector<Command> commands;
  for (int i = 0; i < 20; ++i) {
    commands.push_back(deposit("d" + std::to_string(i), "w" + std::to_string(i % 5), 1));
  }
  source.journal.commit(commands);
  const std::string bytes = source.record(1);
  const BatchRecord record = read_record(bytes).value();
  std::map<std::uint16_t, std::vector<std::string>> made;
  Resharder resharder(kNewLineage, 3, [&](ShardIndex shard, SealedRecord sealed) {
    made[shard.value()].push_back(std::move(sealed.bytes));
  });
  resharder.take(record.header, record.entries().value());
  std::size_t entries = 0;
  for (const auto& [shard, records] : made) {
    REQUIRE(records.size() == 2);
    CHECK(read_record(records[0])->header.type == RecordType::epoch);
    const BatchRecord dealt = read_record(records[1]).value();
    CHECK(dealt.header.time == record.header.time);
    CHECK(dealt.header.incarnation == record.header.incarnation);
    const auto dealt_entries = dealt.entries().value();
    for (const Entry& entry : dealt_entries) {
      CHECK(entry.decided == record.header.time);
      ++entries;
    }
  }
  CHECK(entries == 20);
}

TEST_CASE("A wallet that is not on its shard is refused") {
  JournalAudit audit(ShardIndex(0), 2);
  JournalSource source;
  std::vector<Command> commands;
  for (int i = 0; i < 10; ++i) {
    commands.push_back(open_wallet("o", "w" + std::to_string(i)));
  }
  source.journal.commit(commands);
  const std::string bytes = source.record(1);
  const auto entries = read_record(bytes)->entries();
  CHECK(refusal_of([&] { audit.take(entries.value()); }).find("lives on shard 1") != std::string::npos);
}

TEST_CASE("A wallet's entries that do not follow each other are refused") {
  JournalSource source;
  source.journal.commit(std::vector{open_wallet("o", "a"), deposit("d", "a", 5)});
  const std::string bytes = source.record(1);
  std::vector<Entry> entries = read_record(bytes)->entries().value();
  SECTION("a version is missing") {
    entries[1].sides[0].after.version = WalletVersion(3);
  }
  SECTION("a link leads elsewhere") {
    entries[1].sides[0].previous = SequenceNumber(0);
  }
  JournalAudit audit(ShardIndex(0), 1);
  CHECK(refusal_of([&] { audit.take(entries); }).find("entry 2 does not follow entry 1") !=
        std::string::npos);
}

TEST_CASE("Wallets that hold more than the entries moved are refused") {
  JournalSource source;
  source.journal.commit(std::vector{open_wallet("o", "a"), deposit("d", "a", 5)});
  const std::string bytes = source.record(1);
  std::vector<Entry> entries = read_record(bytes)->entries().value();
  entries[1].sides[0].after.balance = MinorUnits(6);
  JournalAudit audit(ShardIndex(0), 1);
  audit.take(entries);
  CHECK(refusal_of([&] { audit.finish(); }).find("the wallets hold 1 of EUR more") != std::string::npos);
}

TEST_CASE("A store with a transfer under way is not resharded") {
  const TempDir directory;
  fill_store(directory / "old", 1, some_history());
  {
    const DataDirectory data = DataDirectory::open(directory / "old");
    LmdbShardStore store(data.shard(ShardIndex(0)), test_lineage(), ShardIndex(0), {});
    JournalBuilder journal(store);
    DecidedBatch batch = journal.decided(std::vector{deposit("x", "w1", 1)});
    batch.totals.set({currency("EUR"), AccountClass::escrow, {}}, 5);
    store.commit({batch.record, batch.wallets, batch.ids, batch.totals});
  }
  CHECK(refusal_of([&] {
          (void)reshard_to(directory / "old", directory / "new", 2);
        }).find("are under way") != std::string::npos);
}

TEST_CASE("A store that is in use is not resharded") {
  const TempDir directory;
  fill_store(directory / "old", 2, some_history());
  const DataDirectory data = DataDirectory::open(directory / "old");
  const DirectoryLock lock(data.shard(ShardIndex(1)), "florin worker");
  CHECK(refusal_of([&] {
          (void)reshard_to(directory / "old", directory / "new", 3);
        }).find("is in use by florin worker") != std::string::npos);
}

TEST_CASE("The check of a resharded store finds a wallet and an entry that differ") {
  const TempDir directory;
  Commands commands = some_history();
  fill_store(directory / "old", 2, commands);
  SECTION("another amount") {
    commands.back().command.amount = MinorUnits(1);
  }
  SECTION("an entry less") {
    commands.pop_back();
  }
  SECTION("another reference") {
    commands.back().command.reference = Reference("other");
  }
  fill_store(directory / "new", 3, commands);
  const DataDirectory old = DataDirectory::open(directory / "old");
  const DataDirectory fresh = DataDirectory::open(directory / "new");
  const StoppedStores old_stores(old, {}, {}, "test");
  const StoppedStores fresh_stores(fresh, {}, {}, "test");
  ReshardCheck check(old_stores, fresh_stores);
  CHECK(refusal_of([&] { check.run([](std::uint64_t) {}); }) != "none");
}

TEST_CASE("Any history is the same on any number of shards") {
  const auto seed = static_cast<std::uint64_t>(GENERATE(range(0, 3)));
  INFO("seed " << seed);
  const TempDir directory;
  fill_store(directory / "old", static_cast<std::uint16_t>(1 + seed % 4), commands_of_seed(seed), 1);
  (void)reshard_to(directory / "old", directory / "new", static_cast<std::uint16_t>(1 + (seed + 2) % 5));
  StoppedNode fresh(directory / "new");
  CHECK(fresh.books() == StoppedNode(directory / "old").books());
  CHECK(fresh.verify().discrepancies == 0);
}

}  // namespace
}  // namespace florin::test
