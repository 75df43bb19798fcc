#include "storage/lmdb_shard_store.hpp"

#include <fmt/format.h>

#include <mutex>

#include "base/invariant.hpp"
#include "base/text.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_shard_snapshot.hpp"

namespace florin {

namespace {

constexpr std::string_view kIdentityKey = "identity";
constexpr std::string_view kDerivedKey = "derived";

std::string identity(const Id128& lineage, ShardIndex shard) {
  Writer writer;
  writer.array(3).uint(kJournalFormat).bin(lineage.view()).uint(shard.value());
  return std::move(writer).take();
}

/// The layout of the derived tables and the record up to which they hold everything.
std::string derived_mark(BatchOrdinal ordinal) {
  Writer writer;
  writer.array(2).uint(kDerivedVersion).uint(ordinal.value());
  return std::move(writer).take();
}

}  // namespace

LmdbShardStore::LmdbShardStore(std::filesystem::path directory, const Id128& lineage, ShardIndex shard,
                               const lmdb::EnvOptions& options, OpenFor purpose)
    : directory_(std::move(directory)),
      lineage_(lineage),
      shard_(shard),
      options_(options),
      purpose_(purpose) {
  open();
}

LmdbShardStore::~LmdbShardStore() = default;

void LmdbShardStore::open() {
  env_.emplace(directory_, options_);
  tables_.meta = env_->table("meta");
  tables_.journal = env_->table("journal");
  tables_.wallets = env_->table("wallets");
  tables_.ids = env_->table("ids");
  tables_.totals = env_->table("totals");
  lmdb::WriteTxn txn(*env_);
  check_identity(txn);
  std::move(txn).commit();
  check_head(purpose_);
}

void LmdbShardStore::check_identity(lmdb::WriteTxn& txn) {
  const std::string wanted = identity(lineage_, shard_);
  const auto found = txn.get(tables_.meta, kIdentityKey);
  if (!found && txn.count(tables_.journal) == 0) {
    txn.put(tables_.meta, kIdentityKey, wanted);
    txn.put(tables_.meta, kDerivedKey, derived_mark(BatchOrdinal(0)));
    return;
  }
  if (!found || *found != wanted) {
    refuse_store(
        fmt::format("{} belongs to another store, shard or version of florin: it must not be mixed in",
                    directory_.string()));
  }
}

void LmdbShardStore::check_head(OpenFor purpose) {
  const LmdbShardSnapshot snapshot(*env_, tables_, lineage_, shard_);
  const Head head = snapshot.head();  // refuses a damaged last record
  if (purpose == OpenFor::rebuild) {
    return;
  }
  if (snapshot.derived_mark() != derived_mark(head.header.ordinal)) {
    refuse_store(
        fmt::format("the derived tables of {} are of another version or not at the head of the journal: "
                    "run `florin rebuild`",
                    directory_.string()));
  }
}

namespace {

/// A snapshot that also keeps the store from being closed under it.
class GuardedSnapshot : public LmdbShardSnapshot {
 public:
  GuardedSnapshot(std::shared_lock<std::shared_mutex> guard, lmdb::Env& env, const ShardTables& tables,
                  const Id128& lineage, ShardIndex shard)
      : LmdbShardSnapshot(env, tables, lineage, shard), guard_(std::move(guard)) {}

 private:
  std::shared_lock<std::shared_mutex> guard_;
};

}  // namespace

std::unique_ptr<ShardSnapshot> LmdbShardStore::snapshot() {
  std::shared_lock guard(opening_);
  if (!env_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store is closed after a fault");
  }
  return std::make_unique<GuardedSnapshot>(std::move(guard), *env_, tables_, lineage_, shard_);
}

void LmdbShardStore::commit(const Commit& commit) {
  std::shared_lock guard(opening_);
  if (!env_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store is closed after a fault");
  }
  lmdb::WriteTxn txn(*env_);
  const BatchHeader& header = commit.record.header;
  txn.append(tables_.journal, journal_key(header.first_sequence, header.ordinal), commit.record.bytes);
  put_derived(txn, commit);
  std::move(txn).commit();
}

void LmdbShardStore::put_derived(lmdb::WriteTxn& txn, const Commit& commit) {
  Writer writer;
  for (const WalletRow& row : commit.wallets) {
    writer.clear();
    encode_wallet_row(writer, row);
    txn.put(tables_.wallets, row.wallet.view(), writer.view());
  }
  for (const IdRow& row : commit.ids) {
    std::string sequence;
    append_big_endian(sequence, row.sequence.value());
    txn.put(tables_.ids, id_key(row.id_namespace, row.wallet, row.id), sequence);
  }
  writer.clear();
  encode_totals(writer, commit.totals);
  txn.put(tables_.totals, "totals", writer.view());
  txn.put(tables_.meta, kDerivedKey, derived_mark(commit.record.header.ordinal));
}

void LmdbShardStore::reopen() {
  const std::unique_lock whole(opening_);
  env_.reset();
  open();
}

lmdb::EnvUse LmdbShardStore::use() {
  const std::shared_lock guard(opening_);
  return env_ ? env_->use() : lmdb::EnvUse{};
}

void LmdbShardStore::clear_derived() {
  lmdb::WriteTxn txn(*env_);
  for (const lmdb::Table table : {tables_.wallets, tables_.ids, tables_.totals}) {
    txn.clear(table);
  }
  txn.put(tables_.meta, kDerivedKey, derived_mark(BatchOrdinal(0)));
  std::move(txn).commit();
}

void LmdbShardStore::write_derived(const Commit& commit) {
  lmdb::WriteTxn txn(*env_);
  put_derived(txn, commit);
  std::move(txn).commit();
}

}  // namespace florin
