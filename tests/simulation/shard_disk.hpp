#pragma once

/// A shard's store in memory.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "storage/shard_store.hpp"
#include "tests/simulation/disk.hpp"

namespace florin::sim {

class Judge;

/// What is synced of a shard.
struct ShardDisk {
  ShardDisk(Disk given_disk, const Id128& given_lineage, ShardIndex index)
      : disk(std::move(given_disk)), lineage(given_lineage), shard(index) {}

  [[nodiscard]] Head head() const {
    return records.empty() ? empty_head(lineage, shard) : Head{records.back().header, records.back().hash};
  }

  Disk disk;
  const Id128 lineage;
  const ShardIndex shard;
  std::vector<SealedRecord> records;
  std::map<std::string, WalletState, std::less<>> wallets;
  std::map<std::string, IdRow, std::less<>> ids;
  Totals totals;
};

class SimShardStore : public ShardStore {
 public:
  SimShardStore(ShardDisk& disk, Process& process, Judge& judge);

  [[nodiscard]] std::unique_ptr<ShardSnapshot> snapshot() override;
  void commit(const Commit& commit) override;
  void reopen() override { open_.reopen(); }

 private:
  void apply(const Commit& commit);

  ShardDisk& disk_;
  Judge& judge_;
  OpenDisk open_;
};

}  // namespace florin::sim
