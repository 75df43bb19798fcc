#pragma once

/// The consumers' stores in LMDB. One writer each; reads from any thread. The caller holds the directory's
/// lock.

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
  void commit(std::span<const Position> positions, std::span<const Account> accounts,
              std::span<const DailyTotal> totals) override;
  void reopen() override { env_.reopen(); }

 private:
  lmdb::Table meta_ = 0;
  lmdb::Table positions_ = 0;
  lmdb::Table accounts_ = 0;
  lmdb::Table daily_ = 0;
  mutable lmdb::GuardedEnv env_;
};

class LmdbDeadLetterStore : public DeadLetterStore {
 public:
  LmdbDeadLetterStore(const std::filesystem::path& directory, const lmdb::EnvOptions& options);

  [[nodiscard]] std::vector<Position> positions() const override;
  [[nodiscard]] RefusedSequence refused_position() const override;
  [[nodiscard]] LetterNumber last_number() const override;
  [[nodiscard]] std::optional<Letter> letter(LetterNumber number) const override;
  [[nodiscard]] Page<Letter> letters(LetterNumber after, std::size_t limit,
                                     const LetterFilter& filter) const override;
  [[nodiscard]] std::vector<std::uint64_t> counts() const override;
  void commit(std::span<const Position> positions, std::span<const Letter> letters) override;
  void commit(RefusedSequence position, std::span<const Letter> letters) override;
  void reopen() override { env_.reopen(); }

 private:
  void put_letters(lmdb::WriteTxn& txn, std::span<const Letter> letters);

  lmdb::Table meta_ = 0;
  lmdb::Table positions_ = 0;
  lmdb::Table letters_ = 0;
  lmdb::Table counts_ = 0;
  mutable lmdb::GuardedEnv env_;
};

class LmdbRefusedLog : public RefusedLog {
 public:
  LmdbRefusedLog(const std::filesystem::path& directory, const lmdb::EnvOptions& options);

  /// Counts this start of the router and returns the new number: higher than any before.
  [[nodiscard]] Incarnation begin_incarnation();

  [[nodiscard]] RefusedSequence last() const override;
  void append(std::span<RefusedRecord> records) override;
  void reopen() override { env_.reopen(); }
  [[nodiscard]] Page<RefusedRecord> after(RefusedSequence sequence, std::size_t limit) const override;

 private:
  lmdb::Table meta_ = 0;
  lmdb::Table refused_ = 0;
  mutable lmdb::GuardedEnv env_;
};

}  // namespace florin
