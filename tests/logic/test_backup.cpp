// A backup of a data directory, and the data directory that is made of it.

#include <utility>

#include "logic/backup.hpp"
#include "logic/backup_check.hpp"
#include "logic/restore.hpp"
#include "storage/backup_files.hpp"
#include "storage/fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/random_commands.hpp"
#include "tests/support/shard_driver.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

const Id128 kNewLineage = fixed_from<Id128>("the new lineage!");

Commands some_history() {
  Commands commands;
  for (const char* wallet : {"alice", "bob", "carol", "dave"}) {
    const std::string name(wallet);
    commands.push_back({open_wallet(name + "-o", name), {}});
    commands.push_back({deposit(name + "-d", name, 1000), {}});
    commands.push_back({payment(name + "-p", name, 5000), {}});
    commands.push_back({withdraw(name + "-w", name, 300), {}});
  }
  return commands;
}

/// A store and a backup of it.
class Fixture {
 public:
  explicit Fixture(const Commands& commands = some_history(), std::uint16_t shards = 3) {
    fill_store(directory_ / "data", shards, commands, 2);
    StoppedNode node(directory_ / "data");
    before_ = node.books();
    std::filesystem::create_directory(backup());
    report_ = write_backup({node.asker(), [this](const Owner&) { ++released_; }}, node.data().facts(),
                           backup(), {}, [](std::uint64_t) {});
  }

  [[nodiscard]] std::filesystem::path backup() const { return directory_ / "backup"; }
  [[nodiscard]] std::filesystem::path restored() const { return directory_ / "restored"; }
  [[nodiscard]] const Books& before() const { return before_; }
  [[nodiscard]] const BackupReport& report() const { return report_; }
  [[nodiscard]] int released() const { return released_; }

  RestoreReport restore() const {
    const BackupManifest manifest = read_manifest(backup());
    const auto data = DataDirectory::open_or_create(
        restored(), static_cast<std::uint16_t>(manifest.shards.size()), kNewLineage);
    return restore_backup(backup(), manifest, {data, {}, {}}, [](std::uint64_t) {});
  }

  [[nodiscard]] std::string problem_of_check() const {
    const BackupCheck check = check_backup(backup(), [](std::uint64_t) {});
    return check.problems.empty() ? "none" : check.problems.front();
  }
  [[nodiscard]] std::string refusal_of_restore() const {
    try {
      (void)restore();
    } catch (const StoreFault& fault) {
      return fault.what();
    }
    return "none";
  }

 private:
  TempDir directory_;
  Books before_;
  BackupReport report_;
  int released_ = 0;
};

TEST_CASE_METHOD(Fixture, "A backup names the heads of all shards and gives every owner back") {
  CHECK(report().transactions == 16);
  CHECK(report().refused == 2);
  CHECK(report().manifest.cut == BackupCut::closed);
  CHECK(report().manifest.shards.size() == 3);
  CHECK(report().manifest == read_manifest(backup()));
  CHECK(released() == 3 + 3 + 1);
}

TEST_CASE_METHOD(Fixture, "A whole backup is checked without a problem") {
  const BackupCheck check = check_backup(backup(), [](std::uint64_t) {});
  CHECK(check.problems.empty());
  CHECK(check.transactions == 16);
  CHECK(check.wallets == 4);
  CHECK(check.refused == 2);
  CHECK(check.totals == before().totals);
}

TEST_CASE_METHOD(Fixture, "A restored store has the same books in another lineage") {
  const RestoreReport done = restore();
  CHECK(done.transactions == 16);
  CHECK(done.wallets == 4);
  CHECK(done.refused == 2);
  StoppedNode node(restored());
  CHECK(node.data().facts().lineage == kNewLineage);
  CHECK(node.books() == before());
  CHECK(node.verify().discrepancies == 0);
  for (const BackupManifest::Shard& shard : report().manifest.shards) {
    const Head head = node.stores().shard(shard.head.shard).snapshot()->head();
    CHECK(head.header.ordinal == shard.head.ordinal);
    CHECK(head.header.last_sequence == shard.head.sequence);
    CHECK(head.header.lineage == kNewLineage);
  }
}

TEST_CASE_METHOD(Fixture, "A position of the old lineage has diverged from a restored store") {
  (void)restore();
  StoppedNode node(restored());
  const Position old = report().manifest.shards[0].head;
  Writer question;
  question.array(4).bin(old.lineage.view()).uint(old.ordinal.value()).bin(old.hash.view()).uint(1000);
  const auto answer = node.asker()({OwnerRole::shard, ShardIndex(0)}, QueryKind::replay, question.view());
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == Code::diverged);
}

TEST_CASE_METHOD(Fixture, "A damaged file of a backup is named by its check and by restore") {
  const BackupFile& file = report().manifest.shards[1].records.front();
  std::string bytes = read_file(backup() / file.name);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  write_file(backup() / file.name, bytes);
  CHECK(problem_of_check().find(file.name + " is damaged") != std::string::npos);
  CHECK(refusal_of_restore().find(file.name + " is damaged") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A backup that lacks its last records is refused, whatever its files say") {
  BackupManifest manifest = report().manifest;
  BackupSeries series(backup(), "forged");
  const auto rows = read_backup_file(backup(), manifest.shards[0].records.front());
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    series.add(rows[i]);
  }
  manifest.shards[0].records = series.finish();
  write_manifest(backup(), manifest);
  CHECK(problem_of_check().find("and not at the record") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "A backup whose refused log has a hole is refused") {
  BackupManifest manifest = report().manifest;
  BackupSeries series(backup(), "forged");
  series.add(read_backup_file(backup(), manifest.refused.front()).back());
  manifest.refused = series.finish();
  write_manifest(backup(), manifest);
  CHECK(problem_of_check().find("refused message 1 is not in its place") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "An open cut is a problem and is not restored") {
  BackupManifest manifest = report().manifest;
  manifest.cut = BackupCut::open;
  write_manifest(backup(), manifest);
  CHECK(problem_of_check().find("the cut is open") != std::string::npos);
  CHECK(refusal_of_restore().find("has an open cut") != std::string::npos);
}

TEST_CASE("A directory without a manifest is no backup") {
  const TempDir directory;
  const BackupCheck check = check_backup(directory.path(), [](std::uint64_t) {});
  REQUIRE(check.problems.size() == 1);
  CHECK(check.problems.front().find("is no backup") != std::string::npos);
}

TEST_CASE("Money in escrow or in transit opens a cut") {
  for (const AccountClass under_way : {AccountClass::escrow, AccountClass::transit}) {
    Totals totals;
    totals.set({currency("EUR"), AccountClass::wallets, {}}, -5);
    CHECK(cut_of(totals) == BackupCut::closed);
    totals.set({currency("EUR"), under_way, {}}, 5);
    CHECK(cut_of(totals) == BackupCut::open);
    totals.set({currency("EUR"), under_way, {}}, 0);
    CHECK(cut_of(totals) == BackupCut::closed);
  }
}

TEST_CASE("Commits behind the heads are not in a backup") {
  const TempDir directory;
  fill_store(directory / "data", 1, some_history());
  StoppedNode node(directory / "data");
  ShardStore& shard = node.stores().shard(ShardIndex(0));
  const std::uint64_t before = shard.snapshot()->head().header.last_sequence.value();
  // Once the head is told, and before the journal is copied, the shard goes on.
  const auto go_on = [&, done = false](const Owner&) mutable {
    if (!std::exchange(done, true)) {
      JournalBuilder(shard).commit(std::vector{deposit("late", "alice", 1)});
    }
  };
  std::filesystem::create_directory(directory / "backup");
  const BackupReport report = write_backup({node.asker(), go_on}, node.data().facts(), directory / "backup",
                                           {}, [](std::uint64_t) {});
  CHECK(shard.snapshot()->head().header.last_sequence.value() == before + 1);
  CHECK(report.transactions == before);
  CHECK(check_backup(directory / "backup", [](std::uint64_t) {}).problems.empty());
}

TEST_CASE("An owner whose journal is long is given back in between") {
  const TempDir directory;
  fill_store(directory / "data", 1, some_history());
  StoppedNode node(directory / "data");
  JournalBuilder journal(node.stores().shard(ShardIndex(0)));
  journal.now = TimeUs(4'000'000'000'000'000);  // behind all that is there
  for (int i = 0; i < 20; ++i) {
    journal.commit(std::vector{deposit("long-" + std::to_string(i), "alice", 1)});
  }
  // Pages of one record.
  const Asker ask = [asker = node.asker()](const Owner& owner, QueryKind kind, std::string_view parameters) {
    Reader reader(parameters);
    if (kind != QueryKind::replay) {
      return asker(owner, kind, parameters);
    }
    reader.array_of(4, "parameters");
    const bool any_lineage = reader.take_nil();
    const std::uint64_t after = reader.uint("after");
    REQUIRE(any_lineage);
    return asker(owner, kind, Writer().array(4).nil().uint(after).nil().uint(1).view());
  };
  int released = 0;
  std::filesystem::create_directory(directory / "backup");
  const BackupReport report = write_backup({ask, [&](const Owner&) { ++released; }}, node.data().facts(),
                                           directory / "backup", {}, [](std::uint64_t) {});
  CHECK(report.records > 20);
  CHECK(released > 3);  // its head, its journal and the refused log
  CHECK(check_backup(directory / "backup", [](std::uint64_t) {}).problems.empty());
}

TEST_CASE("An owner that does not answer fails the backup by its name") {
  const TempDir directory;
  const BackupSource source{[](const Owner&, QueryKind, std::string_view) -> Result<std::string> {
                              return problem(Code::overloaded, "no answer within 5000 ms");
                            },
                            [](const Owner&) {}};
  CHECK_THROWS_WITH(write_backup(source, {test_lineage(), 1}, directory.path(), {}, [](std::uint64_t) {}),
                    "shard 0: no answer within 5000 ms");
}

TEST_CASE("Any history is the same after backup and restore") {
  const auto seed = static_cast<std::uint64_t>(GENERATE(range(0, 3)));
  INFO("seed " << seed);
  const Fixture fixture(commands_of_seed(seed), static_cast<std::uint16_t>(1 + seed % 3));
  (void)fixture.restore();
  StoppedNode node(fixture.restored());
  CHECK(node.books() == fixture.before());
  CHECK(node.verify().discrepancies == 0);
}

}  // namespace
}  // namespace florin::test
