#pragma once

/// The stores of the two consumers, and the router's refused log and inbox, in memory.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/consumer_stores.hpp"
#include "storage/inbox_store.hpp"
#include "tests/simulation/disk.hpp"

namespace florin::sim {

class Judge;

struct AccountingDisk {
  explicit AccountingDisk(Disk given_disk) : disk(given_disk) {}

  Disk disk;
  std::map<ShardIndex, Position> positions;
  std::map<std::string, Account, std::less<>> accounts;
  std::map<DailyKey, DailyTotal> daily;
  std::vector<StatementLine> lines;
};

class SimAccountingStore : public AccountingStore {
 public:
  SimAccountingStore(AccountingDisk& disk, Process& process, Judge& judge)
      : disk_(disk), judge_(judge), open_(disk.disk, process, "accounting") {}

  [[nodiscard]] std::vector<Position> positions() const override;
  [[nodiscard]] std::optional<Account> account(const WalletId& wallet) const override;
  [[nodiscard]] std::optional<DailyTotal> daily_total(const DailyKey& key) const override;
  [[nodiscard]] Page<Account> accounts(std::string_view after, std::size_t limit) const override;
  [[nodiscard]] std::vector<DailyTotal> daily_totals() const override;
  [[nodiscard]] LineNumber last_line() const override;
  [[nodiscard]] std::optional<StatementLine> line(LineNumber number) const override;
  [[nodiscard]] Page<StatementLine> lines(LineNumber after, std::size_t limit) const override;
  void commit(const AccountingCommit& commit) override;
  void reopen() override { open_.reopen(); }

 private:
  AccountingDisk& disk_;
  Judge& judge_;
  OpenDisk open_;
};

struct DeadLetterDisk {
  explicit DeadLetterDisk(Disk given_disk) : disk(given_disk) {}

  Disk disk;
  std::map<ShardIndex, SinkPosition> positions;
  RefusedSequence refused_position;
  std::vector<Letter> letters;
};

class SimDeadLetterStore : public DeadLetterStore {
 public:
  SimDeadLetterStore(DeadLetterDisk& disk, Process& process, Judge& judge)
      : disk_(disk), judge_(judge), open_(disk.disk, process, "dead letters") {}

  [[nodiscard]] std::vector<SinkPosition> positions() const override;
  [[nodiscard]] RefusedSequence refused_position() const override;
  [[nodiscard]] LetterNumber last_number() const override;
  [[nodiscard]] std::optional<Letter> letter(LetterNumber number) const override;
  [[nodiscard]] Page<Letter> letters(LetterNumber after, std::size_t limit,
                                     const LetterFilter& filter) const override;
  [[nodiscard]] std::vector<std::uint64_t> counts() const override;
  [[nodiscard]] std::vector<std::uint64_t> handled_counts() const override;
  void commit(std::span<const SinkPosition> positions, std::span<const Letter> letters) override;
  void commit(RefusedSequence position, std::span<const Letter> letters) override;
  [[nodiscard]] Result<Letter> handle(LetterNumber number, const Change& change) override;
  void reopen() override { open_.reopen(); }

 private:
  DeadLetterDisk& disk_;
  Judge& judge_;
  OpenDisk open_;
};

struct RouterDisk {
  explicit RouterDisk(Disk given_disk) : disk(given_disk) {}

  Disk disk;
  Incarnation incarnation;
  std::vector<RefusedRecord> refused;
  std::map<std::pair<ShardIndex, InboxPosition>, std::string> inbox;
};

class SimInboxStore : public InboxStore {
 public:
  SimInboxStore(RouterDisk& disk, Process& process) : disk_(disk), open_(disk.disk, process, "inbox") {}

  [[nodiscard]] std::vector<InboxRow> read(ShardIndex shard, InboxPosition from,
                                           std::size_t bytes_max) override;
  void commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) override;
  void reopen() override { open_.reopen(); }

 private:
  RouterDisk& disk_;
  OpenDisk open_;
};

class SimRefusedLog : public RefusedLog {
 public:
  SimRefusedLog(RouterDisk& disk, Process& process, Judge& judge)
      : disk_(disk), judge_(judge), open_(disk.disk, process, "refused log") {}

  [[nodiscard]] RefusedSequence last() const override { return RefusedSequence(disk_.refused.size()); }
  void append(std::span<RefusedRecord> records) override;
  void reopen() override { open_.reopen(); }
  [[nodiscard]] Page<RefusedRecord> after(RefusedSequence sequence, std::size_t limit) const override;

 private:
  RouterDisk& disk_;
  Judge& judge_;
  OpenDisk open_;
};

}  // namespace florin::sim
