#include "logic/restore.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"
#include "logic/backup_check.hpp"
#include "logic/journal_loader.hpp"
#include "protocol/reseal.hpp"
#include "storage/directory_lock.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_consumer_stores.hpp"

namespace florin {

namespace {

/// Puts records behind one another in another lineage.
class Resealer {
 public:
  explicit Resealer(const Id128& lineage) : lineage_(lineage) {}

  SealedRecord seal(const BatchRecord& record) {
    BatchHeader header = record.header;
    header.lineage = lineage_;
    header.previous_hash = last_;
    SealedRecord sealed = reseal(record, header);
    last_ = sealed.hash;
    return sealed;
  }

 private:
  const Id128 lineage_;
  Digest last_;
};

class RestoreRun {
 public:
  RestoreRun(const std::filesystem::path& backup, const BackupManifest& manifest, const NewStores& target,
             const Progress& progress)
      : backup_(backup), manifest_(manifest), target_(target), progress_(progress) {}

  RestoreReport run() {
    for (std::uint16_t i = 0; i < manifest_.shards.size(); ++i) {
      restore_shard(ShardIndex(i));
    }
    restore_refused();
    return report_;
  }

 private:
  void restore_shard(ShardIndex shard) {
    const DirectoryLock lock(target_.data.shard(shard), "florin restore");
    const JournalAudit audit = load_journal(shard);
    LmdbShardStore opened = open(shard, OpenFor::use);
    audit.compare_with(*opened.snapshot());
    report_.transactions += audit.entries();
    report_.wallets += audit.wallets();
  }

  LmdbShardStore open(ShardIndex shard, OpenFor purpose) const {
    return LmdbShardStore(target_.data.shard(shard), target_.data.facts().lineage, shard, target_.env,
                          purpose, target_.write_back);
  }

  JournalAudit load_journal(ShardIndex shard) {
    const Id128& lineage = target_.data.facts().lineage;
    LmdbShardStore store = open(shard, OpenFor::rebuild);
    JournalLoader loader(store);
    Resealer resealer(lineage);
    std::uint64_t seen = report_.transactions;
    JournalAudit audit =
        audit_backup(backup_, manifest_, shard, [&](const BatchRecord& record, const auto& entries) {
          loader.add(resealer.seal(record));
          seen += entries.size();
          progress_(seen);
        });
    loader.finish(lineage, shard);
    return audit;
  }

  void restore_refused() {
    const DirectoryLock lock(target_.data.router(), "florin restore");
    LmdbRefusedLog log(target_.data.router(), target_.env);
    RefusedSequence last;
    for (const BackupFile& file : manifest_.refused) {
      std::vector<RefusedRecord> records = read_refused_file(backup_, file, last);
      log.append(records);
    }
    invariant(log.last() == last, "the refused log numbers its messages as before");
    report_.refused = last.value();
  }

  const std::filesystem::path& backup_;
  const BackupManifest& manifest_;
  const NewStores& target_;
  const Progress& progress_;
  RestoreReport report_;
};

}  // namespace

RestoreReport restore_backup(const std::filesystem::path& backup, const BackupManifest& manifest,
                             const NewStores& target, const Progress& progress) {
  if (manifest.cut != BackupCut::closed) {
    refuse_store(
        fmt::format("{} has an open cut: transfers were under way, and their two ends may not fit. "
                    "Restore a backup whose cut is closed",
                    backup.string()));
  }
  return RestoreRun(backup, manifest, target, progress).run();
}

}  // namespace florin
