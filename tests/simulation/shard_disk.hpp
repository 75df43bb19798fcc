#pragma once

/// A shard's disk in memory.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/write_back_shard.hpp"
#include "tests/simulation/disk.hpp"

namespace florin::sim {

class Judge;

/// What is synced of a shard.
struct SyncedShard {
  SyncedShard(Disk given_disk, const Id128& given_lineage, ShardIndex index)
      : disk(given_disk), lineage(given_lineage), shard(index) {}

  [[nodiscard]] Head head() const {
    return records.empty() ? empty_head(lineage, shard) : Head{records.back().header, records.back().hash};
  }

  Disk disk;
  const Id128 lineage;
  const ShardIndex shard;
  const Id128 secret = fixed_from<Id128>("a shard's secret");
  std::vector<SealedRecord> records;
  std::map<std::string, WalletState, std::less<>> wallets;
  std::map<ChunkKey, std::string> chunks;
  Totals totals;
  DerivedMark mark;
};

/// A process's disk.
class SimShardDisk : public ShardDisk {
 public:
  SimShardDisk(SyncedShard& synced, Process& process, Judge& judge);

  [[nodiscard]] std::unique_ptr<DiskSnapshot> snapshot() override;
  void commit(const DiskCommit& commit) override;
  void reopen(const std::function<void(const DiskSnapshot&)>& opened) override;

 private:
  void apply(const DiskCommit& commit);

  SyncedShard& synced_;
  Judge& judge_;
  OpenDisk open_;
};

/// The disk as whoever opens it next would find it. Cannot be written.
class SettledShardDisk : public ShardDisk {
 public:
  explicit SettledShardDisk(const SyncedShard& synced) : synced_(synced) {}

  [[nodiscard]] std::unique_ptr<DiskSnapshot> snapshot() override;
  void commit(const DiskCommit& commit) override;
  void reopen(const std::function<void(const DiskSnapshot&)>& opened) override;

 private:
  const SyncedShard& synced_;
};

/// The store over a disk, as production builds it.
class SimShardStore : public ShardStore {
 public:
  SimShardStore(std::unique_ptr<ShardDisk> disk, const Id128& secret, const WriteBackLimits& limits)
      : disk_(std::move(disk)), shard_(*disk_, secret, limits) {}

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override { return shard_.snapshot(); }
  void commit(const Commit& commit) override { shard_.commit(commit); }
  void reopen() override { shard_.reopen(); }
  void finish() override { shard_.finish(); }

 private:
  std::unique_ptr<ShardDisk> disk_;
  WriteBackShard shard_;
};

}  // namespace florin::sim
