#include "tests/simulation/shard_disk.hpp"

#include <algorithm>

#include "base/invariant.hpp"
#include "tests/simulation/judge.hpp"

namespace florin::sim {

namespace {

/// Reads the disk itself: a snapshot is never used over a commit, because one thread does both.
class SyncedSnapshot : public DiskSnapshot {
 public:
  explicit SyncedSnapshot(const SyncedShard& synced) : synced_(synced) {}

  [[nodiscard]] Head head() const override { return synced_.head(); }
  [[nodiscard]] Totals totals() const override { return synced_.totals; }
  [[nodiscard]] DerivedMark mark() const override { return synced_.mark; }

  [[nodiscard]] std::optional<WalletState> stored_wallet(const WalletId& wallet) const override {
    const auto found = synced_.wallets.find(wallet.view());
    return found == synced_.wallets.end() ? std::nullopt : std::optional(found->second);
  }

  [[nodiscard]] Page<WalletRow> stored_wallets(std::string_view after, std::size_t limit) const override {
    Page<WalletRow> page;
    auto row = after.empty() ? synced_.wallets.begin() : synced_.wallets.upper_bound(after);
    for (; row != synced_.wallets.end() && page.rows.size() < limit; ++row) {
      page.rows.push_back({WalletId(row->first), row->second});
    }
    page.more = row != synced_.wallets.end();
    return page;
  }

  void chunks(std::optional<std::uint16_t> partition, const TakeChunk& take) const override {
    for (const auto& [key, bytes] : synced_.chunks) {
      if (!partition || key.partition == *partition) {
        take(key, bytes);
      }
    }
  }

  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override {
    const auto found = std::lower_bound(synced_.records.begin(), synced_.records.end(), sequence,
                                        [](const SealedRecord& record, SequenceNumber wanted) {
                                          return record.header.last_sequence < wanted;
                                        });
    invariant(found != synced_.records.end(), "an entry that is asked for is in the journal");
    const auto record = read_record(found->bytes, HashCheck::skip);
    return {synced_.shard, found->header.time, EntryIndex(record.value()).entry(sequence).value()};
  }

  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override {
    Page<std::string> page;
    std::size_t bytes = 0;
    for (std::size_t i = after.value(); i < synced_.records.size(); ++i) {
      bytes += synced_.records[i].bytes.size();
      if (!page.rows.empty() && bytes > bytes_max) {
        page.more = true;
        break;
      }
      page.rows.push_back(synced_.records[i].bytes);
    }
    return page;
  }

  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override {
    if (ordinal.value() == 0) {
      return Digest{};
    }
    return ordinal.value() <= synced_.records.size()
               ? std::optional(synced_.records[ordinal.value() - 1].hash)
               : std::nullopt;
  }

 private:
  const SyncedShard& synced_;
};

}  // namespace

SimShardDisk::SimShardDisk(SyncedShard& synced, Process& process, Judge& judge)
    : synced_(synced),
      judge_(judge),
      open_(synced.disk, process, fmt::format("shard {}", synced.shard.value())) {}

std::unique_ptr<DiskSnapshot> SimShardDisk::snapshot() {
  open_.check_open();
  return std::make_unique<SyncedSnapshot>(synced_);
}

void SimShardDisk::commit(const DiskCommit& commit) {
  open_.commit([&] { apply(commit); });
}

void SimShardDisk::apply(const DiskCommit& commit) {
  if (commit.record != nullptr) {
    synced_.records.push_back(*commit.record);
  }
  for (const WalletRow& row : commit.wallets) {
    synced_.wallets.insert_or_assign(std::string(row.wallet.view()), row.state);
  }
  for (const ChunkKey& key : commit.old_chunks) {
    synced_.chunks.erase(key);
  }
  for (const auto& [key, bytes] : commit.new_chunks) {
    synced_.chunks.insert_or_assign(key, bytes);
  }
  synced_.totals = commit.totals;
  synced_.mark = commit.mark;
  judge_.disk_commit_is_durable(synced_.shard, commit);
}

void SimShardDisk::reopen(const std::function<void(const DiskSnapshot&)>& opened) {
  open_.reopen();
  opened(SyncedSnapshot(synced_));
}

std::unique_ptr<DiskSnapshot> SettledShardDisk::snapshot() {
  return std::make_unique<SyncedSnapshot>(synced_);
}

void SettledShardDisk::commit(const DiskCommit& /*commit*/) {
  invariant(false, "nothing is written any more");
}

void SettledShardDisk::reopen(const std::function<void(const DiskSnapshot&)>& opened) {
  opened(SyncedSnapshot(synced_));
}

}  // namespace florin::sim
