#include "storage/lmdb_shard_disk.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include "base/invariant.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_shard_snapshot.hpp"

namespace florin {

namespace {

constexpr std::string_view kIdentityKey = "identity";
constexpr std::string_view kDerivedKey = "derived";
constexpr std::string_view kSecretKey = "secret";

std::string identity(const Id128& lineage, ShardIndex shard) {
  Writer writer;
  writer.array(3).uint(kJournalFormat).bin(lineage.view()).uint(shard.value());
  return std::move(writer).take();
}

std::string packed_mark(const DerivedMark& mark) {
  Writer writer;
  encode_derived_mark(writer, mark);
  return std::move(writer).take();
}

Id128 make_secret() {
  Id128 secret;
  randombytes_buf(secret.bytes.data(), Id128::kSize);
  return secret;
}

}  // namespace

LmdbShardDisk::LmdbShardDisk(std::filesystem::path directory, const Id128& lineage, ShardIndex shard,
                             const lmdb::EnvOptions& options, OpenFor purpose)
    : directory_(std::move(directory)),
      lineage_(lineage),
      shard_(shard),
      purpose_(purpose),
      env_(directory_, options, [this](lmdb::Env& env) { take_opened(env); }) {}

void LmdbShardDisk::take_opened(lmdb::Env& env) {
  tables_.meta = env.table("meta");
  tables_.journal = env.table("journal");
  tables_.wallets = env.table("wallets");
  tables_.ids = env.table("ids");
  tables_.totals = env.table("totals");
  lmdb::WriteTxn txn(env);
  check_identity(txn);
  std::move(txn).commit();
  const LmdbShardSnapshot snapshot(env, tables_, lineage_, shard_);
  // Who inspects or rebuilds walks the whole journal and says all that is wrong.
  if (purpose_ == OpenFor::use) {
    check_derived(snapshot);
  }
  if (opened_) {
    opened_(snapshot);
  }
}

void LmdbShardDisk::check_identity(lmdb::WriteTxn& txn) {
  const std::string wanted = identity(lineage_, shard_);
  const auto found = txn.get(tables_.meta, kIdentityKey);
  const bool is_new = !found && txn.count(tables_.journal) == 0;
  if (is_new) {
    txn.put(tables_.meta, kIdentityKey, wanted);
    txn.put(tables_.meta, kDerivedKey, packed_mark({}));
  } else if (!found || *found != wanted) {
    refuse_store(
        fmt::format("{} belongs to another store, shard or version of florin: it must not be mixed in",
                    directory_.string()));
  }
  const auto secret = txn.get(tables_.meta, kSecretKey);
  secret_ = secret ? fixed_from<Id128>(*secret) : make_secret();
  if (!secret) {
    txn.put(tables_.meta, kSecretKey, secret_.view());
  }
}

void LmdbShardDisk::check_derived(const LmdbShardSnapshot& snapshot) const {
  const BatchOrdinal head = snapshot.head().header.ordinal;  // refuses a damaged last record
  const auto mark = snapshot.mark_or_none();
  if (!mark || mark->totals_at != head || mark->wallets_at > head || mark->ids_at > head) {
    refuse_store(
        fmt::format("the derived tables of {} are of another version or do not fit the journal: "
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

std::unique_ptr<DiskSnapshot> LmdbShardDisk::snapshot() {
  return std::make_unique<GuardedSnapshot>(env_.use(), tables_, lineage_, shard_);
}

void LmdbShardDisk::commit(const DiskCommit& commit) {
  const auto env = env_.use();
  try {
    lmdb::WriteTxn txn(*env);
    if (commit.record != nullptr) {
      const BatchHeader& header = commit.record->header;
      txn.append(tables_.journal, journal_key(header.first_sequence, header.ordinal), commit.record->bytes);
    }
    put_derived(txn, commit);
    std::move(txn).commit();
  } catch (const StoreFault& fault) {
    throw env_.with_room(fault);
  }
}

void LmdbShardDisk::append_records(std::span<const SealedRecord> records) {
  const auto env = env_.use();
  try {
    lmdb::WriteTxn txn(*env);
    for (const SealedRecord& record : records) {
      txn.append(tables_.journal, journal_key(record.header.first_sequence, record.header.ordinal),
                 record.bytes);
    }
    std::move(txn).commit();
  } catch (const StoreFault& fault) {
    throw env_.with_room(fault);
  }
}

void LmdbShardDisk::put_derived(lmdb::WriteTxn& txn, const DiskCommit& commit) {
  Writer writer;
  for (const WalletRow& row : commit.wallets) {
    writer.clear();
    encode_wallet_row(writer, row);
    txn.put(tables_.wallets, row.wallet.view(), writer.view());
  }
  for (const ChunkKey& key : commit.old_chunks) {
    txn.remove(tables_.ids, chunk_key(key));
  }
  for (const auto& [key, bytes] : commit.new_chunks) {
    txn.put(tables_.ids, chunk_key(key), bytes);
  }
  writer.clear();
  encode_totals(writer, commit.totals);
  txn.put(tables_.totals, "totals", writer.view());
  txn.put(tables_.meta, kDerivedKey, packed_mark(commit.mark));
}

void LmdbShardDisk::reopen(const std::function<void(const DiskSnapshot&)>& opened) {
  opened_ = opened;
  env_.reopen();
  opened_ = nullptr;
}

lmdb::EnvUse LmdbShardDisk::space() {
  return env_.space();
}

void LmdbShardDisk::clear_derived() {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  for (const lmdb::Table table : {tables_.wallets, tables_.ids, tables_.totals}) {
    txn.clear(table);
  }
  txn.put(tables_.meta, kDerivedKey, packed_mark({}));
  std::move(txn).commit();
}

}  // namespace florin
