#include "storage/lmdb_shard_store.hpp"

#include <fmt/format.h>

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
      purpose_(purpose),
      env_(directory_, options, [this](lmdb::Env& env) { take_opened(env); }) {}

void LmdbShardStore::take_opened(lmdb::Env& env) {
  tables_.meta = env.table("meta");
  tables_.journal = env.table("journal");
  tables_.wallets = env.table("wallets");
  tables_.ids = env.table("ids");
  tables_.totals = env.table("totals");
  lmdb::WriteTxn txn(env);
  check_identity(txn);
  std::move(txn).commit();
  check_head(env);
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

void LmdbShardStore::check_head(lmdb::Env& env) {
  if (purpose_ == OpenFor::rebuild) {
    return;  // who rebuilds or verifies walks the whole journal and says all that is wrong with it
  }
  const LmdbShardSnapshot snapshot(env, tables_, lineage_, shard_);
  const Head head = snapshot.head();  // refuses a damaged last record
  if (snapshot.derived_mark() != derived_mark(head.header.ordinal)) {
    refuse_store(
        fmt::format("the derived tables of {} are of another version or not at the head of the journal: "
                    "run `florin rebuild`",
                    directory_.string()));
  }
}

namespace {

struct EnvHolder {
  lmdb::GuardedEnv::Use use;
};

/// A snapshot that also keeps the store from being closed under it. The holder is the first base, so that the
/// transaction ends before it.
class GuardedSnapshot : private EnvHolder, public LmdbShardSnapshot {
 public:
  GuardedSnapshot(lmdb::GuardedEnv::Use opened, const ShardTables& tables, const Id128& lineage,
                  ShardIndex shard)
      : EnvHolder{std::move(opened)}, LmdbShardSnapshot(*EnvHolder::use, tables, lineage, shard) {}
};

}  // namespace

std::unique_ptr<ShardSnapshot> LmdbShardStore::snapshot() {
  return std::make_unique<GuardedSnapshot>(env_.use(), tables_, lineage_, shard_);
}

void LmdbShardStore::commit(const Commit& commit) {
  const auto env = env_.use();
  try {
    lmdb::WriteTxn txn(*env);
    const BatchHeader& header = commit.record.header;
    txn.append(tables_.journal, journal_key(header.first_sequence, header.ordinal), commit.record.bytes);
    put_derived(txn, commit);
    std::move(txn).commit();
  } catch (const StoreFault& fault) {
    throw env_.with_room(fault);
  }
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
  env_.reopen();
}

lmdb::EnvUse LmdbShardStore::space() {
  return env_.space();
}

void LmdbShardStore::clear_derived() {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  for (const lmdb::Table table : {tables_.wallets, tables_.ids, tables_.totals}) {
    txn.clear(table);
  }
  txn.put(tables_.meta, kDerivedKey, derived_mark(BatchOrdinal(0)));
  std::move(txn).commit();
}

void LmdbShardStore::write_derived(const Commit& commit) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  put_derived(txn, commit);
  std::move(txn).commit();
}

}  // namespace florin
