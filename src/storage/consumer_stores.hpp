#pragma once

/// What the two consumers of events keep. Both follow the same rule: what was derived from a record and the
/// position behind that record become durable in one commit, so each record counts exactly once.

#include <optional>
#include <span>
#include <vector>

#include "protocol/account.hpp"
#include "protocol/letter.hpp"
#include "protocol/query.hpp"
#include "storage/shard_store.hpp"

namespace florin {

class AccountingStore {
 public:
  virtual ~AccountingStore() = default;

  [[nodiscard]] virtual std::vector<Position> positions() const = 0;
  [[nodiscard]] virtual std::optional<Account> account(const WalletId& wallet) const = 0;
  [[nodiscard]] virtual std::optional<DailyTotal> daily_total(const DailyKey& key) const = 0;
  [[nodiscard]] virtual Page<Account> accounts(std::string_view after, std::size_t limit) const = 0;
  [[nodiscard]] virtual std::vector<DailyTotal> daily_totals() const = 0;

  virtual void commit(std::span<const Position> positions, std::span<const Account> accounts,
                      std::span<const DailyTotal> totals) = 0;
  /// Closes and opens again, after a fault that left the outcome of a commit unknown.
  virtual void reopen() = 0;
};

/// Which letters a reader wants.
struct LetterFilter {
  bool only_needing_action = false;
  std::optional<WalletId> wallet;
  std::optional<LetterClass> letter_class;

  [[nodiscard]] bool admits(const Letter& letter) const;
};

class DeadLetterStore {
 public:
  virtual ~DeadLetterStore() = default;

  [[nodiscard]] virtual std::vector<Position> positions() const = 0;
  [[nodiscard]] virtual RefusedSequence refused_position() const = 0;
  [[nodiscard]] virtual LetterNumber last_number() const = 0;
  [[nodiscard]] virtual std::optional<Letter> letter(LetterNumber number) const = 0;
  /// Letters behind `after`, in order of arrival.
  [[nodiscard]] virtual Page<Letter> letters(LetterNumber after, std::size_t limit,
                                             const LetterFilter& filter) const = 0;
  /// How many there are of each class, in the order of the classes.
  [[nodiscard]] virtual std::vector<std::uint64_t> counts() const = 0;

  /// Letters from shards' records, with the positions behind them.
  virtual void commit(std::span<const Position> positions, std::span<const Letter> letters) = 0;
  /// Letters from the router's refused log, with the position behind them.
  virtual void commit(RefusedSequence position, std::span<const Letter> letters) = 0;
  /// Closes and opens again, after a fault that left the outcome of a commit unknown.
  virtual void reopen() = 0;
};

/// The router's own log of what never became a command, and its count of starts.
class RefusedLog {
 public:
  virtual ~RefusedLog() = default;

  [[nodiscard]] virtual RefusedSequence last() const = 0;
  /// Gives the records their sequences and makes them durable.
  virtual void append(std::span<RefusedRecord> records) = 0;
  /// Closes and opens again, after a fault that left the outcome of a commit unknown.
  virtual void reopen() = 0;
  [[nodiscard]] virtual Page<RefusedRecord> after(RefusedSequence sequence, std::size_t limit) const = 0;
};

}  // namespace florin
