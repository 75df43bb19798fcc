#include "storage/write_back_shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "base/invariant.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::size_t kReadBytes = std::size_t{4} << 20U;

}  // namespace

WriteBackLimits write_back_limits(std::uint64_t refold_entries_max) {
  WriteBackLimits limits;
  // A sweep can take twice as long as its rows at the start ask for, because others join it; and when it
  // ends, the table reaches back to where it began, which changes only with the end of the next.
  limits.wallets.entries_per_sweep = std::max<std::uint64_t>(1, refold_entries_max / 4);
  // The partition that waits for its turn has ids from twice as far back as the average one.
  limits.ids.recent_max = std::max<std::uint64_t>(1, refold_entries_max / 2);
  return limits;
}

/// Memory and disk as of one commit. Where another came between, it looks at both again.
class WriteBackShard::Snapshot : public ShardSnapshot {
 public:
  explicit Snapshot(WriteBackShard& shard) : shard_(shard) { look_again(); }

  [[nodiscard]] Head head() const override { return is_inspected() ? disk_->head() : head_; }
  [[nodiscard]] Totals totals() const override { return is_inspected() ? disk_->totals() : totals_; }
  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override { return disk_->entry(sequence); }
  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override {
    return disk_->records(after, bytes_max);
  }
  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override {
    return disk_->hash_at(ordinal);
  }

  [[nodiscard]] std::optional<WalletState> wallet(const WalletId& wallet) const override {
    const auto fitting = fit();
    const WalletState* dirty = shard_.sweep_.find(wallet);
    return dirty != nullptr ? std::optional(*dirty) : disk_->stored_wallet(wallet);
  }

  [[nodiscard]] Page<WalletRow> wallets(std::string_view after, std::size_t limit) const override {
    const auto fitting = fit();
    Page<WalletRow> page = disk_->stored_wallets(after, limit);
    std::vector<WalletRow> merged;
    auto stored = page.rows.begin();
    const WalletSweep::Wallets& wallets = shard_.sweep_.wallets();
    auto dirty = after.empty() ? wallets.begin() : wallets.upper_bound(WalletId(after.substr(0, kNameMax)));
    const auto dirty_end = wallets.end();
    while (merged.size() < limit && (stored != page.rows.end() || dirty != dirty_end)) {
      const bool take_dirty = dirty != dirty_end && (stored == page.rows.end() || !(stored->wallet < *dirty));
      if (!take_dirty) {
        merged.push_back(*stored++);
        continue;
      }
      if (stored != page.rows.end() && stored->wallet == *dirty) {
        ++stored;  // the same wallet as it was before
      }
      merged.push_back({*dirty, *shard_.sweep_.find(*dirty)});
      ++dirty;
    }
    const bool more = page.more || stored != page.rows.end() || dirty != dirty_end;
    return {std::move(merged), more};
  }

  [[nodiscard]] std::optional<SequenceNumber> find_id(IdNamespace id_namespace, const WalletId& wallet,
                                                      const TransactionId& id) const override {
    candidates_.clear();
    {
      const auto fitting = fit();
      shard_.index_.find(shard_.index_.fingerprint(id_namespace, wallet, id), *disk_, candidates_);
    }
    std::optional<SequenceNumber> newest;  // an id that ended in `error` may have been decided again
    for (const SequenceNumber sequence : candidates_) {
      if (newest && sequence <= *newest) {
        continue;
      }
      const Entry entry = disk_->entry(sequence).entry;
      if (entry.id_namespace == id_namespace && entry.command.wallet == wallet && entry.command.id == id) {
        newest = sequence;
      }
    }
    return newest;
  }

 private:
  /// Such a store is not written, and its journal may be damaged anywhere: the disk alone can tell.
  [[nodiscard]] bool is_inspected() const { return shard_.purpose_ != OpenFor::use; }

  /// The lock under which memory and `disk_` fit together.
  [[nodiscard]] std::shared_lock<std::shared_mutex> fit() const {
    for (;;) {
      std::shared_lock lock(shard_.memory_);
      if (shard_.generation_ == generation_) {
        return lock;
      }
      lock.unlock();
      look_again();
    }
  }

  /// Memory first, so that the disk is at least as new.
  void look_again() const {
    {
      const std::shared_lock lock(shard_.memory_);
      generation_ = shard_.generation_;
      head_ = shard_.head_;
      totals_ = shard_.totals_;
    }
    disk_.reset();
    disk_ = shard_.disk_.snapshot();
  }

  WriteBackShard& shard_;
  mutable std::uint64_t generation_ = 0;
  mutable Head head_;
  mutable Totals totals_;
  mutable std::unique_ptr<DiskSnapshot> disk_;
  mutable std::vector<SequenceNumber> candidates_;
};

WriteBackShard::WriteBackShard(ShardDisk& disk, const Id128& secret, const WriteBackLimits& limits,
                               OpenFor purpose)
    : disk_(disk), purpose_(purpose), sweep_(limits.wallets), index_(secret, limits.ids) {
  if (purpose != OpenFor::rebuild) {
    recover(*disk_.snapshot());
  }
}

WriteBackShard::~WriteBackShard() = default;

std::unique_ptr<ShardSnapshot> WriteBackShard::snapshot() {
  return std::make_unique<Snapshot>(*this);
}

std::vector<StoredId> WriteBackShard::fingerprints(std::span<const IdRow> ids) const {
  std::vector<StoredId> fingerprints;
  fingerprints.reserve(ids.size());
  for (const IdRow& row : ids) {
    fingerprints.push_back({index_.fingerprint(row.id_namespace, row.wallet, row.id), row.sequence});
  }
  return fingerprints;
}

void WriteBackShard::commit(const Commit& commit) {
  write(commit, &commit.record);
}

void WriteBackShard::write_derived(const Commit& commit) {
  write(commit, nullptr);
}

void WriteBackShard::forget() {
  const auto disk = disk_.snapshot();
  const std::unique_lock alone(memory_);
  mark_ = {};
  head_ = {};
  totals_ = {};
  sweep_.clear();
  sweep_.recovered(at());
  index_.begin(*disk);
  ++generation_;
}

void WriteBackShard::write(const Commit& commit, const SealedRecord* record) {
  const BatchHeader& header = commit.record.header;
  const WalletSweep::Slice slice = sweep_.next_slice(commit.ids.size());
  const IdIndex::Turn turn = index_.next_turn(*disk_.snapshot(), commit.ids.size(), at());
  const DerivedMark mark{header.ordinal, slice.wallets_at.value_or(mark_.wallets_at), turn.ids_at,
                         turn.next_partition, turn.cycle};
  const std::vector<StoredId> added = fingerprints(commit.ids);
  write_to_disk({record, slice.rows, commit.totals, turn.new_chunks, turn.old_chunks, mark});
  const std::unique_lock alone(memory_);
  sweep_.committed(slice, header.ordinal, commit.wallets);
  index_.committed(turn, at(), added);
  mark_ = mark;
  head_ = {header, commit.record.hash};
  totals_ = commit.totals;
  ++generation_;
}

void WriteBackShard::write_to_disk(const DiskCommit& commit) {
  if (!is_sure_) {
    throw StoreFault(FaultKind::unknown_outcome, "the store has to be opened again after a fault");
  }
  try {
    disk_.commit(commit);
  } catch (const StoreFault& fault) {
    is_sure_ = fault.kind() == FaultKind::no_space;
    throw;
  }
}

void WriteBackShard::finish() {
  if (!is_sure_ || mark_.wallets_at == at()) {
    return;
  }
  const WalletSweep::Slice slice = sweep_.last_slice(at());
  DerivedMark mark = mark_;
  mark.wallets_at = at();
  write_to_disk({nullptr, slice.rows, totals_, {}, {}, mark});
  const std::unique_lock alone(memory_);
  sweep_.committed(slice, at(), {});
  mark_ = mark;
  ++generation_;
}

void WriteBackShard::reopen() {
  disk_.reopen([this](const DiskSnapshot& disk) {
    const std::unique_lock alone(memory_);
    recover(disk);
  });
}

void WriteBackShard::recover(const DiskSnapshot& disk) {
  mark_ = disk.mark();
  sweep_.clear();
  index_.begin(disk);
  refolded_ = 0;
  BatchOrdinal reached = std::min(mark_.wallets_at, mark_.ids_at);
  for (bool more = true; more;) {
    const auto page = disk.records(reached, kReadBytes);
    more = page.more;
    for (const std::string& bytes : page.rows) {
      if (!recover_record(bytes)) {
        more = false;
        break;
      }
      reached = reached.next();
    }
  }
  if (purpose_ == OpenFor::use) {
    head_ = disk.head();
    totals_ = disk.totals();
  }
  sweep_.recovered(reached);
  is_sure_ = true;
  ++generation_;
}

/// Whether it could be read.
bool WriteBackShard::recover_record(std::string_view bytes) {
  const auto record = read_record(bytes, HashCheck::full);
  const auto entries = record ? record->entries(HashCheck::skip)
                              : Result<std::vector<Entry>>(tl::make_unexpected(record.error()));
  if (!entries) {
    if (purpose_ != OpenFor::use) {
      return false;  // whoever inspects the journal says what is wrong with it
    }
    refuse_store(
        fmt::format("the journal is damaged behind the derived tables: {}. Restore the shard from a backup",
                    entries.error().detail));
  }
  for (const Entry& entry : *entries) {
    if (record->header.ordinal > mark_.wallets_at) {
      for (const Side& side : entry.sides) {
        sweep_.recover({side.wallet, side.after});
      }
    }
    if (record->header.ordinal > mark_.ids_at) {
      index_.recover(
          {index_.fingerprint(entry.id_namespace, entry.command.wallet, entry.command.id), entry.sequence()});
    }
    ++refolded_;
  }
  return true;
}

}  // namespace florin
