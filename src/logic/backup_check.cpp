#include "logic/backup_check.hpp"

#include <fmt/format.h>

#include "logic/record_sources.hpp"
#include "protocol/reader.hpp"
#include "storage/backup_files.hpp"
#include "storage/fault.hpp"

namespace florin {

JournalAudit audit_backup(const std::filesystem::path& backup, const BackupManifest& manifest,
                          ShardIndex shard, const TakeRecord& take) {
  const BackupManifest::Shard& wanted = manifest.shards[shard.value()];
  JournalAudit audit(shard, static_cast<std::uint16_t>(manifest.shards.size()));
  JournalCursor cursor(backup_records(backup, wanted.records), manifest.lineage, shard);
  while (cursor.next()) {
    const std::vector<Entry> entries = cursor.entries();
    audit.take(entries);
    take(cursor.record(), entries);
  }
  if (position_of(cursor.head().header, cursor.head().hash) != wanted.head) {
    refuse_store(fmt::format(
        "{}: shard {} ends at record {}, and not at the record {} that the manifest names", backup.string(),
        shard.value(), cursor.head().header.ordinal.value(), wanted.head.ordinal.value()));
  }
  audit.finish();
  return audit;
}

std::vector<RefusedRecord> read_refused_file(const std::filesystem::path& backup, const BackupFile& file,
                                             RefusedSequence& last) {
  std::vector<RefusedRecord> records;
  for (const std::string& row : read_backup_file(backup, file)) {
    Reader reader(row);
    RefusedRecord record = decode_refused(reader);
    reader.finish();
    if (!reader.ok() || record.sequence != last.next()) {
      refuse_store(fmt::format("{} is damaged: refused message {} is not in its place. Use another backup",
                               (backup / file.name).string(), last.value() + 1));
    }
    last = record.sequence;
    records.push_back(std::move(record));
  }
  return records;
}

namespace {

/// Runs one part of a check; what is wrong with it becomes a problem.
template <class Part>
void note(std::vector<std::string>& problems, Part part) {
  try {
    part();
  } catch (const StoreFault& fault) {
    problems.emplace_back(fault.what());
  }
}

void check_content(const std::filesystem::path& backup, const BackupManifest& manifest,
                   const Progress& progress, BackupCheck& check) {
  std::uint64_t seen = 0;
  const auto count = [&](const BatchRecord&, const std::vector<Entry>& entries) {
    seen += entries.size();
    progress(seen);
  };
  for (std::uint16_t i = 0; i < manifest.shards.size(); ++i) {
    note(check.problems, [&] {
      const JournalAudit audit = audit_backup(backup, manifest, ShardIndex(i), count);
      check.transactions += audit.entries();
      check.wallets += audit.wallets();
      for (const auto& [account, total] : audit.totals().all()) {
        check.totals.add(account, total);
      }
    });
  }
  note(check.problems, [&] {
    RefusedSequence last;
    for (const BackupFile& file : manifest.refused) {
      check.refused += read_refused_file(backup, file, last).size();
    }
  });
}

}  // namespace

BackupCheck check_backup(const std::filesystem::path& backup, const Progress& progress) {
  BackupCheck check;
  note(check.problems, [&] {
    const BackupManifest manifest = read_manifest(backup);
    if (manifest.cut != BackupCut::closed) {
      check.problems.emplace_back(
          "the cut is open: transfers were under way, and their two ends may not fit");
    }
    check_content(backup, manifest, progress, check);
  });
  return check;
}

}  // namespace florin
