#pragma once

/// The store of accounting in LMDB. One writer; reads from any thread. The caller holds the directory's lock.
///
/// Lines are appended in blocks, one value each under the number of its first line, so that a million lines
/// cost a few thousand rows and no index: a line is found by its number, and names the wallet's line before.
/// Account rows are written back in key order (dirty_accounts.hpp); until then they are read from memory.

#include <filesystem>
#include <shared_mutex>

#include "storage/consumer_stores.hpp"
#include "storage/dirty_accounts.hpp"
#include "storage/guarded_env.hpp"

namespace florin {

class LmdbAccountingStore : public AccountingStore {
 public:
  LmdbAccountingStore(const std::filesystem::path& directory, const lmdb::EnvOptions& options,
                      const DirtyAccounts::Limits& limits = {});

  [[nodiscard]] std::vector<Position> positions() const override;
  [[nodiscard]] std::optional<Account> account(const WalletId& wallet) const override;
  [[nodiscard]] std::optional<DailyTotal> daily_total(const DailyKey& key) const override;
  [[nodiscard]] Page<Account> accounts(std::string_view after, std::size_t limit) const override;
  [[nodiscard]] std::vector<DailyTotal> daily_totals() const override;
  [[nodiscard]] LineNumber last_line() const override;
  [[nodiscard]] std::optional<StatementLine> line(LineNumber number) const override;
  [[nodiscard]] Page<StatementLine> lines(LineNumber after, std::size_t limit) const override;
  void commit(const AccountingCommit& commit) override;
  void reopen() override;

 private:
  void opened(lmdb::Env& env);

  lmdb::Table meta_ = 0;
  lmdb::Table positions_ = 0;
  lmdb::Table accounts_ = 0;
  lmdb::Table daily_ = 0;
  lmdb::Table lines_ = 0;
  lmdb::Table images_ = 0;
  /// Held while a commit becomes durable and its rows change hands, so that a reader finds each row either
  /// here or in the table. Taken after the environment, by everybody.
  mutable std::shared_mutex rows_mutex_;
  DirtyAccounts dirty_;
  mutable lmdb::GuardedEnv env_;
};

}  // namespace florin
