#include "logic/backup.hpp"

#include <fmt/format.h>

#include "logic/record_sources.hpp"
#include "logic/shard_verification.hpp"
#include "protocol/letter.hpp"
#include "storage/backup_files.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kRefusedPerPage = 1000;
/// Pages of a journal, of 4 MiB, before its owner is given back for a moment: about a second of a stopped
/// one.
constexpr std::size_t kPagesAtATime = 16;

[[noreturn]] void fail_asking(const Owner& owner, const std::string& why) {
  throw StoreFault(FaultKind::unknown_outcome, fmt::format("{}: {}", text(owner), why));
}

Position ask_head(const BackupSource& source, const Owner& owner) {
  const auto payload = source.ask(owner, QueryKind::head, "\x90");
  source.release(owner);
  if (!payload) {
    fail_asking(owner, payload.error().detail);
  }
  Reader reader(*payload);
  const Position head = decode_position(reader);
  if (!reader.ok()) {
    fail_asking(owner, "its head cannot be read");
  }
  return head;
}

class BackupRun {
 public:
  BackupRun(const BackupSource& source, const std::filesystem::path& directory, BackupManifest made,
            const Progress& progress)
      : source_(source), directory_(directory), progress_(progress) {
    report_.manifest = std::move(made);
  }

  BackupReport run(const StoreFacts& facts) {
    report_.manifest.lineage = facts.lineage;
    for (std::uint16_t i = 0; i < facts.shards; ++i) {
      report_.manifest.shards.push_back({ask_head(source_, {OwnerRole::shard, ShardIndex(i)}), {}});
    }
    for (BackupManifest::Shard& shard : report_.manifest.shards) {
      copy_journal(shard, facts.lineage);
    }
    copy_refused();
    report_.manifest.cut = cut_of(totals_);
    write_manifest(directory_, report_.manifest);
    return std::move(report_);
  }

 private:
  void copy_journal(BackupManifest::Shard& shard, const Id128& lineage) {
    const Owner owner{OwnerRole::shard, shard.head.shard};
    BackupSeries series(directory_, series_name(owner.shard));
    JournalCursor cursor(up_to(in_turns(owner), shard.head.ordinal), lineage, owner.shard);
    while (cursor.next()) {
      for (const Entry& entry : cursor.entries()) {
        totals_.apply(entry.postings());
        ++report_.transactions;
      }
      series.add(cursor.bytes());
      ++report_.records;
      progress_(report_.transactions);
    }
    if (position_of(cursor.head().header, cursor.head().hash) != shard.head) {
      fail_asking(owner, fmt::format("its journal ends before record {}, which it told before",
                                     shard.head.ordinal.value()));
    }
    shard.records = count(series.finish());
    source_.release(owner);
  }

  /// An owner's records, with its store given back in between.
  RecordSource in_turns(const Owner& owner) {
    return [this, owner, records = asked_records(source_.ask, owner.shard),
            pages = std::size_t{0}](BatchOrdinal after) mutable {
      if (pages++ == kPagesAtATime) {
        source_.release(owner);
        pages = 1;
      }
      return records(after);
    };
  }

  void copy_refused() {
    const Owner owner{OwnerRole::router, {}};
    BackupSeries series(directory_, "refused");
    std::uint64_t last = 0;
    const auto read = read_pages(
        source_.ask, owner, QueryKind::refused,
        [&](Writer& writer) { writer.array(2).uint(last).uint(kRefusedPerPage); },
        [&](Reader& reader) {
          const RefusedRecord record = decode_refused(reader);
          if (reader.ok()) {
            Writer row;
            encode_refused(row, record);
            series.add(row.view());
            last = record.sequence.value();
            ++report_.refused;
          }
        });
    source_.release(owner);
    if (!read) {
      fail_asking(owner, fmt::format("its refused log cannot be read: {}", read.error().detail));
    }
    report_.manifest.refused = count(series.finish());
  }

  std::vector<BackupFile> count(std::vector<BackupFile> files) {
    for (const BackupFile& file : files) {
      report_.bytes += file.bytes;
    }
    return files;
  }

  const BackupSource& source_;
  const std::filesystem::path& directory_;
  const Progress& progress_;
  BackupReport report_;
  Totals totals_;
};

}  // namespace

BackupCut cut_of(const Totals& totals) {
  for (const auto& [account, total] : totals.all()) {
    const bool is_under_way =
        account.account_class == AccountClass::escrow || account.account_class == AccountClass::transit;
    if (is_under_way && total != 0) {
      return BackupCut::open;
    }
  }
  return BackupCut::closed;
}

BackupReport write_backup(const BackupSource& source, const StoreFacts& facts,
                          const std::filesystem::path& directory, BackupManifest made,
                          const Progress& progress) {
  return BackupRun(source, directory, std::move(made), progress).run(facts);
}

}  // namespace florin
