#include "tests/simulation/shard_disk.hpp"

#include <algorithm>

#include "base/invariant.hpp"
#include "tests/simulation/judge.hpp"

namespace florin::sim {

namespace {

/// Reads the disk itself: a snapshot is never held over a commit, because one thread does both.
class DiskSnapshot : public ShardSnapshot {
 public:
  explicit DiskSnapshot(const ShardDisk& disk) : disk_(disk) {}

  [[nodiscard]] Head head() const override { return disk_.head(); }
  [[nodiscard]] Totals totals() const override { return disk_.totals; }

  [[nodiscard]] std::optional<WalletState> wallet(const WalletId& wallet) const override {
    const auto found = disk_.wallets.find(wallet.view());
    return found == disk_.wallets.end() ? std::nullopt : std::optional(found->second);
  }

  [[nodiscard]] std::optional<SequenceNumber> find_id(IdNamespace id_namespace, const WalletId& wallet,
                                                      const TransactionId& id) const override {
    const auto found = disk_.ids.find(id_key(id_namespace, wallet, id));
    return found == disk_.ids.end() ? std::nullopt : std::optional(found->second.sequence);
  }

  [[nodiscard]] EntryRow entry(SequenceNumber sequence) const override {
    const auto found = std::lower_bound(disk_.records.begin(), disk_.records.end(), sequence,
                                        [](const SealedRecord& record, SequenceNumber wanted) {
                                          return record.header.last_sequence < wanted;
                                        });
    invariant(found != disk_.records.end(), "an entry that is asked for is in the journal");
    const auto record = read_record(found->bytes, HashCheck::skip);
    return {disk_.shard, found->header.time, EntryIndex(record.value()).entry(sequence).value()};
  }

  [[nodiscard]] Page<WalletRow> wallets(std::string_view after, std::size_t limit) const override {
    Page<WalletRow> page;
    auto row = after.empty() ? disk_.wallets.begin() : disk_.wallets.upper_bound(after);
    for (; row != disk_.wallets.end() && page.rows.size() < limit; ++row) {
      page.rows.push_back({WalletId(row->first), row->second});
    }
    page.more = row != disk_.wallets.end();
    return page;
  }

  [[nodiscard]] Page<IdRow> ids(std::string_view after, std::size_t limit) const override {
    Page<IdRow> page;
    auto row = after.empty() ? disk_.ids.begin() : disk_.ids.upper_bound(after);
    for (; row != disk_.ids.end() && page.rows.size() < limit; ++row) {
      page.rows.push_back(row->second);
    }
    page.more = row != disk_.ids.end();
    return page;
  }

  [[nodiscard]] Page<std::string> records(BatchOrdinal after, std::size_t bytes_max) const override {
    Page<std::string> page;
    std::size_t bytes = 0;
    for (std::size_t i = after.value(); i < disk_.records.size(); ++i) {
      bytes += disk_.records[i].bytes.size();
      if (!page.rows.empty() && bytes > bytes_max) {
        page.more = true;
        break;
      }
      page.rows.push_back(disk_.records[i].bytes);
    }
    return page;
  }

  [[nodiscard]] std::optional<Digest> hash_at(BatchOrdinal ordinal) const override {
    if (ordinal.value() == 0) {
      return Digest{};
    }
    return ordinal.value() <= disk_.records.size() ? std::optional(disk_.records[ordinal.value() - 1].hash)
                                                   : std::nullopt;
  }

 private:
  const ShardDisk& disk_;
};

}  // namespace

SimShardStore::SimShardStore(ShardDisk& disk, Process& process, Judge& judge)
    : disk_(disk), judge_(judge), open_(disk.disk, process, fmt::format("shard {}", disk.shard.value())) {}

std::unique_ptr<ShardSnapshot> SimShardStore::snapshot() {
  open_.check_open();
  return std::make_unique<DiskSnapshot>(disk_);
}

void SimShardStore::commit(const Commit& commit) {
  open_.commit([&] { apply(commit); });
}

void SimShardStore::apply(const Commit& commit) {
  disk_.records.push_back(commit.record);
  for (const WalletRow& row : commit.wallets) {
    disk_.wallets.insert_or_assign(std::string(row.wallet.view()), row.state);
  }
  for (const IdRow& row : commit.ids) {
    disk_.ids.insert_or_assign(id_key(row.id_namespace, row.wallet, row.id), row);
  }
  disk_.totals = commit.totals;
  judge_.record_is_durable(disk_.shard, commit);
}

}  // namespace florin::sim
