#pragma once

/// The store of accounting in LMDB. One writer; reads from any thread. The caller holds the directory's lock.
///
/// Lines are appended in blocks, one value each under the number of its first line, so that a million lines
/// cost a few thousand rows and no index: a line is found by its number, and names the wallet's line before.

#include <filesystem>

#include "storage/consumer_stores.hpp"
#include "storage/guarded_env.hpp"

namespace florin {

class LmdbAccountingStore : public AccountingStore {
 public:
  LmdbAccountingStore(const std::filesystem::path& directory, const lmdb::EnvOptions& options);

  [[nodiscard]] std::vector<Position> positions() const override;
  [[nodiscard]] std::optional<Account> account(const WalletId& wallet) const override;
  [[nodiscard]] std::optional<DailyTotal> daily_total(const DailyKey& key) const override;
  [[nodiscard]] Page<Account> accounts(std::string_view after, std::size_t limit) const override;
  [[nodiscard]] std::vector<DailyTotal> daily_totals() const override;
  [[nodiscard]] LineNumber last_line() const override;
  [[nodiscard]] std::optional<StatementLine> line(LineNumber number) const override;
  [[nodiscard]] Page<StatementLine> lines(LineNumber after, std::size_t limit) const override;
  void commit(const AccountingCommit& commit) override;
  void reopen() override { env_.reopen(); }

 private:
  lmdb::Table meta_ = 0;
  lmdb::Table positions_ = 0;
  lmdb::Table accounts_ = 0;
  lmdb::Table daily_ = 0;
  lmdb::Table lines_ = 0;
  mutable lmdb::GuardedEnv env_;
};

}  // namespace florin
