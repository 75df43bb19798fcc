#pragma once

/// The consumers' stores in LMDB. One writer each, and beside it handlings of letters; reads from any thread.
/// The caller holds the directory's lock.

#include <filesystem>

#include "storage/consumer_stores.hpp"
#include "storage/guarded_env.hpp"
#include "storage/lmdb_accounting_store.hpp"

namespace florin {

class LmdbDeadLetterStore : public DeadLetterStore {
 public:
  LmdbDeadLetterStore(const std::filesystem::path& directory, const lmdb::EnvOptions& options);

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
  void reopen() override { env_.reopen(); }

 private:
  void put_letters(lmdb::WriteTxn& txn, std::span<const Letter> letters);
  [[nodiscard]] std::vector<std::uint64_t> by_class(const lmdb::Table& table) const;

  lmdb::Table meta_ = 0;
  lmdb::Table positions_ = 0;
  lmdb::Table letters_ = 0;
  lmdb::Table counts_ = 0;
  lmdb::Table handled_ = 0;
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
