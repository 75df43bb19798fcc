#pragma once

/// What the two consumers of events keep. Both follow the same rule: what was derived from a record and the
/// position behind that record become durable in one commit, so each record counts exactly once.

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "protocol/account.hpp"
#include "protocol/letter.hpp"
#include "protocol/query.hpp"
#include "protocol/statement.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// All that one commit of accounting makes durable together.
struct AccountingCommit {
  std::span<const Position> positions;   ///< behind the last record of each shard that was taken
  std::span<const StatementLine> lines;  ///< numbered without a hole behind the last line
  std::span<const Account> accounts;     ///< each account touched, once, as it then stands; in any order
  std::span<const DailyTotal> totals;    ///< the same for totals
};

/// What is read is what the last commit left, whatever the store has of it in memory only.
class AccountingStore {
 public:
  virtual ~AccountingStore() = default;

  [[nodiscard]] virtual std::vector<Position> positions() const = 0;
  [[nodiscard]] virtual std::optional<Account> account(const WalletId& wallet) const = 0;
  [[nodiscard]] virtual std::optional<DailyTotal> daily_total(const DailyKey& key) const = 0;
  [[nodiscard]] virtual Page<Account> accounts(std::string_view after, std::size_t limit) const = 0;
  [[nodiscard]] virtual std::vector<DailyTotal> daily_totals() const = 0;

  [[nodiscard]] virtual LineNumber last_line() const = 0;
  [[nodiscard]] virtual std::optional<StatementLine> line(LineNumber number) const = 0;
  /// Lines of all wallets behind `after`, in order of their numbers.
  [[nodiscard]] virtual Page<StatementLine> lines(LineNumber after, std::size_t limit) const = 0;

  virtual void commit(const AccountingCommit& commit) = 0;
  /// Closes and opens again, after a fault that left the outcome of a commit unknown.
  virtual void reopen() = 0;
};

/// Which letters a reader wants.
struct LetterFilter {
  bool only_needing_action = false;
  std::optional<WalletId> wallet;
  std::optional<LetterClass> letter_class;
  std::optional<bool> handled;
  std::optional<Code> reason;
  std::optional<ShardIndex> shard;

  [[nodiscard]] bool admits(const Letter& letter) const;
};

class DeadLetterStore {
 public:
  virtual ~DeadLetterStore() = default;

  [[nodiscard]] virtual std::vector<SinkPosition> positions() const = 0;
  [[nodiscard]] virtual RefusedSequence refused_position() const = 0;
  [[nodiscard]] virtual LetterNumber last_number() const = 0;
  [[nodiscard]] virtual std::optional<Letter> letter(LetterNumber number) const = 0;
  /// Letters behind `after`, in order of arrival.
  [[nodiscard]] virtual Page<Letter> letters(LetterNumber after, std::size_t limit,
                                             const LetterFilter& filter) const = 0;
  /// How many there are of each class, in the order of the classes.
  [[nodiscard]] virtual std::vector<std::uint64_t> counts() const = 0;
  /// How many of them were redriven or discarded.
  [[nodiscard]] virtual std::vector<std::uint64_t> handled_counts() const = 0;

  /// Letters from shards' records, with the positions behind them.
  virtual void commit(std::span<const SinkPosition> positions, std::span<const Letter> letters) = 0;
  /// Letters from the router's refused log, with the position behind them.
  virtual void commit(RefusedSequence position, std::span<const Letter> letters) = 0;
  /// The letter with its new handlings, or why not.
  using Change = std::function<Result<Letter>(const Letter&)>;
  /// Changes the handlings of a letter in one durable step, beside the thread that commits letters. Gives
  /// what `change` made of it, or `not_found`.
  [[nodiscard]] virtual Result<Letter> handle(LetterNumber number, const Change& change) = 0;
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
