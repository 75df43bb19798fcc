// A store that must not be used as it is is refused, and the text says why.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "logic/fold.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_shard_snapshot.hpp"
#include "storage/lmdb_shard_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const lmdb::EnvOptions kSmall{std::uint64_t{64} << 20U, 16, 16};

/// Why `open` was refused; "taken" where it was not.
std::string refusal_of(const std::function<void()>& open) {
  try {
    open();
    return "taken";
  } catch (const StoreFault& fault) {
    CHECK(fault.kind() == FaultKind::refused);
    return fault.what();
  }
}

bool says(const std::string& text, std::string_view words) {
  UNSCOPED_INFO(text);
  return text.find(words) != std::string::npos;
}

struct Fixture {
  TempDir directory;

  Fixture() {
    LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(0), kSmall);
    JournalBuilder journal(store);
    journal.open_epoch();
    journal.commit(std::vector<Command>{open_wallet("o", "w"), deposit("d", "w", 10)});
  }

  std::string open(ShardIndex shard = {}, const Id128& lineage = test_lineage(),
                   OpenFor purpose = OpenFor::use) {
    return refusal_of([&] { LmdbShardStore(directory.path(), lineage, shard, kSmall, purpose); });
  }

  /// Changes a table behind the store's back.
  void tamper(const char* table, const std::function<void(lmdb::WriteTxn&, lmdb::Table)>& change) {
    lmdb::Env env(directory.path(), kSmall);
    const lmdb::Table opened = env.table(table);
    lmdb::WriteTxn txn(env);
    change(txn, opened);
    std::move(txn).commit();
  }

  /// Flips the last byte of the last record.
  void damage_last_record() {
    tamper("journal", [](lmdb::WriteTxn& txn, lmdb::Table table) {
      std::string key;
      std::string value;
      {
        lmdb::Cursor cursor(txn, table);
        REQUIRE(cursor.last());
        key = cursor.key();
        value = cursor.value();
      }
      value[value.size() / 2] = static_cast<char>(value[value.size() / 2] ^ 1);
      txn.put(table, key, value);
    });
  }
};

TEST_CASE_METHOD(Fixture, "A store that nobody touched is taken") {
  CHECK(open() == "taken");
}

TEST_CASE_METHOD(Fixture, "A store of another lineage is refused") {
  CHECK(says(open(ShardIndex(0), fixed_from<Id128>("another-lineage-")), "belongs to another store"));
}

TEST_CASE_METHOD(Fixture, "A store of another shard is refused") {
  CHECK(says(open(ShardIndex(1)), "belongs to another store"));
}

TEST_CASE_METHOD(Fixture, "A store of an unknown format is refused") {
  tamper("meta", [](lmdb::WriteTxn& txn, lmdb::Table table) {
    Writer writer;
    writer.array(3).uint(kJournalFormat + 1).bin(test_lineage().view()).uint(0);
    txn.put(table, "identity", writer.view());
  });
  CHECK(says(open(), "version of florin"));
}

TEST_CASE_METHOD(Fixture, "A store that has lost its identity is refused") {
  tamper("meta", [](lmdb::WriteTxn& txn, lmdb::Table table) { txn.remove(table, "identity"); });
  CHECK(says(open(), "belongs to another store"));
}

TEST_CASE_METHOD(Fixture,
                 "A store whose last record is damaged is refused for use and taken for looking at") {
  damage_last_record();
  CHECK(says(open(), "damaged"));
  CHECK(open({}, test_lineage(), OpenFor::inspect) == "taken");
}

/// A mark as an older or a newer version, or a writer that lost its way, would leave it.
std::string mark(std::uint64_t version, std::uint64_t totals, std::uint64_t wallets, std::uint64_t ids,
                 std::uint64_t next_partition = 0) {
  Writer writer;
  writer.array(6).uint(version).uint(totals).uint(wallets).uint(ids).uint(next_partition).uint(0);
  return std::move(writer).take();
}

TEST_CASE_METHOD(Fixture,
                 "Derived tables that do not fit the journal are refused for use and can be rebuilt") {
  constexpr std::uint64_t kHead = 2;
  const auto damaged = GENERATE(table<std::string, std::string>({
      {"totals behind", mark(kDerivedVersion, kHead - 1, 0, 0)},
      {"totals ahead", mark(kDerivedVersion, kHead + 1, 0, 0)},
      {"wallets ahead", mark(kDerivedVersion, kHead, kHead + 1, 0)},
      {"ids ahead", mark(kDerivedVersion, kHead, 0, kHead + 1)},
      {"another version", mark(kDerivedVersion + 1, kHead, 0, 0)},
      {"the mark of version 1", "\x92\x01\x02"},
      {"no mark", ""},
  }));
  INFO(std::get<0>(damaged));
  tamper("meta",
         [&](lmdb::WriteTxn& txn, lmdb::Table table) { txn.put(table, "derived", std::get<1>(damaged)); });
  CHECK(says(open(), "florin rebuild"));
  CHECK(open({}, test_lineage(), OpenFor::inspect) == "taken");
  LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(), kSmall, OpenFor::rebuild);
  CHECK(rebuild_derived(store, test_lineage(), ShardIndex()) == 2);
}

TEST_CASE_METHOD(Fixture, "After a rebuild the store is taken for use") {
  tamper("meta", [](lmdb::WriteTxn& txn, lmdb::Table table) { txn.put(table, "derived", "\x92\x01\x02"); });
  {
    LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(), kSmall, OpenFor::rebuild);
    rebuild_derived(store, test_lineage(), ShardIndex());
  }
  LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(), kSmall);
  CHECK(store.snapshot()->wallet(WalletId("w"))->balance == MinorUnits(10));
  CHECK(store.snapshot()->find_id(IdNamespace::client, WalletId("w"), TransactionId("d")) ==
        SequenceNumber(2));
}

TEST_CASE_METHOD(Fixture, "An index of ids that is damaged is refused and says what to do") {
  SECTION("a chunk that is cut off") {
    tamper("ids", [](lmdb::WriteTxn& txn, lmdb::Table table) {
      txn.put(table, chunk_key({0, 0, 0}), "short");
    });
  }
  SECTION("a key that is none") {
    tamper("ids", [](lmdb::WriteTxn& txn, lmdb::Table table) { txn.put(table, "key", ""); });
  }
  SECTION("a partition that does not exist") {
    tamper("ids", [](lmdb::WriteTxn& txn, lmdb::Table table) {
      txn.put(table, chunk_key({60'000, 0, 0}), "");
    });
  }
  SECTION("a turn of a partition that does not exist") {
    tamper("meta", [](lmdb::WriteTxn& txn, lmdb::Table table) {
      txn.put(table, "derived", mark(kDerivedVersion, 2, 0, 0, 60'000));
    });
  }
  CHECK(says(open(), "florin rebuild"));
}

TEST_CASE_METHOD(Fixture, "A chunk that points past the journal is refused where it is read") {
  Id128 secret;
  tamper("meta", [&](lmdb::WriteTxn& txn, lmdb::Table table) {
    secret = fixed_from<Id128>(txn.get(table, "secret").value());
  });
  tamper("ids", [&](lmdb::WriteTxn& txn, lmdb::Table table) {
    const Fingerprint used = Fingerprinter(secret)(IdNamespace::client, WalletId("w"), TransactionId("new"));
    const StoredId nowhere{used, SequenceNumber(99)};
    txn.put(table, chunk_key({static_cast<std::uint16_t>(used.value >> 53U), 0, 0}),
            pack_chunk({&nowhere, 1}));
  });
  LmdbShardStore store(directory.path(), test_lineage(), ShardIndex(), kSmall);
  const auto snapshot = store.snapshot();
  CHECK(says(refusal_of([&] {
               static_cast<void>(snapshot->find_id(IdNamespace::client, WalletId("w"), TransactionId("new")));
             }),
             "florin rebuild"));
}

TEST_CASE_METHOD(Fixture, "A truncated file is refused and names its sizes") {
  const auto file = directory / "data.mdb";
  const auto size = std::filesystem::file_size(file);
  std::filesystem::resize_file(file, size - 4096);
  const std::string why = open();
  CHECK(says(why, "is truncated"));
  CHECK(says(why, std::to_string(size - 4096)));
}

TEST_CASE_METHOD(Fixture, "A file cut within its meta pages is refused") {
  std::filesystem::resize_file(directory / "data.mdb", 5000);
  CHECK(says(open(), "is truncated"));
}

TEST_CASE_METHOD(Fixture, "A file that is no LMDB file is refused") {
  std::filesystem::resize_file(directory / "data.mdb", 0);
  std::filesystem::resize_file(directory / "data.mdb", 65536);
  CHECK(says(open(), "is no LMDB file"));
}

}  // namespace
}  // namespace florin::test
