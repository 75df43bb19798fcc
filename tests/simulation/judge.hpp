#pragma once

/// Holds a run to the promises. It sees what clients send, what is synced, what leaves a process and what
/// clients are told; it uses the decoders of the formats and nothing else of production: no decision, no
/// session, no subscription, no accounting.
///
/// The ground truth are the synced journals. What the judge derives from them it derives with its own ledger.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/batch_record.hpp"
#include "protocol/letter.hpp"
#include "protocol/message.hpp"
#include "storage/consumer_stores.hpp"
#include "storage/shard_disk.hpp"
#include "tests/simulation/model_ledger.hpp"

namespace florin::sim {

struct AccountingDisk;
struct DeadLetterDisk;
struct RouterDisk;

/// One command handed to one session of one client. Its number travels in the command's trace, which is no
/// part of the content, so the journal tells which sending was decided.
using SubmissionId = std::uint64_t;
[[nodiscard]] Id128 trace_of(SubmissionId submission);

struct Submission {
  std::string lane;                ///< the session it was sent in: client and life
  std::optional<Command> command;  ///< none where it is not well-formed
  std::string wallet;
  std::uint16_t refused_with = 0;  ///< the code that one that is not well-formed must be answered with
  bool is_async = false;
};

class Judge {
 public:
  explicit Judge(std::uint16_t shards);

  /// The first promise that was broken, in words; nothing while all hold.
  [[nodiscard]] const std::optional<std::string>& violation() const { return violation_; }
  /// Whether workers die in this world, so that a command can be isolated.
  bool workers_die = false;

  void violated(std::string what);

  // What clients do and are told.
  void submitted(SubmissionId id, Submission submission);
  void answered(SubmissionId id, const Answer& answer);

  // What is synced.
  void disk_commit_is_durable(ShardIndex shard, const DiskCommit& commit);
  void accounting_is_durable(const AccountingCommit& commit);
  void letters_are_durable(std::span<const SinkPosition> positions, std::span<const Letter> letters);
  void refused_letters_are_durable(RefusedSequence position, std::span<const Letter> letters);
  void refused_are_durable(std::span<const RefusedRecord> records);

  // What leaves a process.
  void answer_leaves(const std::string& who, const Answer& answer);
  void answers_leave(const std::string& who, std::string_view answers_message);
  void results_leave(const std::string& who, std::string_view results_message);
  void event_leaves(std::string_view record);

  /// At the end, when everything has settled.
  /// `shard` as whoever opens its disk next would find it.
  void check_shard(ShardIndex index, const ShardSnapshot& shard);
  void check_accounting(const AccountingDisk& accounting);
  void check_letters(const DeadLetterDisk& letters, const RouterDisk& router);

  [[nodiscard]] BatchOrdinal head(ShardIndex shard) const;
  [[nodiscard]] bool is_decided(const Command& command) const;
  /// One whose sender was answered `queued` and of whose id nothing is decided yet; nothing where there is
  /// none.
  [[nodiscard]] std::optional<SubmissionId> undecided_queued() const;
  [[nodiscard]] std::uint64_t decided() const { return decided_; }
  [[nodiscard]] std::uint64_t told() const { return told_; }
  [[nodiscard]] std::size_t refused_records() const { return refused_.size(); }

 private:
  using Key = std::pair<std::string, std::string>;  ///< wallet, id
  struct Place {
    ShardIndex shard;
    std::uint64_t sequence = 0;
  };
  struct Shard {
    BatchHeader last;
    Digest hash;
    std::vector<std::string> records;
    std::vector<Entry> entries;                 ///< by sequence, from 1
    std::vector<std::uint64_t> failures;        ///< sequences of those that go to the sink
    std::vector<std::uint64_t> last_of_record;  ///< by ordinal, from 1
    ModelTotals totals;
    std::size_t letters = 0;  ///< failures that are in the sink
    BatchOrdinal accounted;
    BatchOrdinal lettered;
  };
  struct Wallet {
    ModelWallet state;
    std::vector<ModelAccount> accounts;       ///< by version, from 0
    std::vector<Place> entries;               ///< by version, from 1
    std::vector<std::uint64_t> on_statement;  ///< versions whose entries moved money, or tried as advice
    std::vector<std::uint64_t> lines;         ///< numbers of the lines that accounting has of it
  };
  /// What one session sent for one wallet, in order.
  struct Lane {
    std::vector<SubmissionId> sent;
    std::size_t decided = 0;  ///< up to here every one is known to be decided, or never will be
  };

  void take_entry(Shard& shard, const Entry& entry);
  void check_origin(const Entry& entry);
  void check_order(const Entry& entry, SubmissionId submission);
  void check_decision(Shard& shard, const Entry& entry, Wallet& wallet);
  void post(Shard& shard, const Entry& entry);
  void take_record(ShardIndex index, const SealedRecord& sealed);
  void check_rows(std::span<const WalletRow> rows);
  void check_totals(const Shard& shard, const Totals& totals);
  void check_stored_wallet(std::string_view wallet, const std::optional<WalletState>& state);
  void check_told(const Submission& submission, SubmissionId id, const Answer& answer);
  [[nodiscard]] const Entry* find(ShardIndex shard, SequenceNumber sequence) const;
  [[nodiscard]] const Entry* find(const Command& command) const;
  void check_account(const Account& account);
  void check_line(const StatementLine& line);
  [[nodiscard]] bool position_fits(const Position& position, const char* who);

  std::optional<std::string> violation_;
  std::vector<Shard> shards_;
  std::map<std::string, Wallet, std::less<>> wallets_;
  std::map<Key, Place> ids_;
  std::map<SubmissionId, Submission> submissions_;
  std::map<Key, Lane> lanes_;  ///< by session and wallet
  std::set<SubmissionId> answered_;
  std::set<SubmissionId> queued_;
  std::vector<RefusedRecord> refused_;
  std::uint64_t lines_ = 0;  ///< statement lines that accounting has
  std::uint64_t refused_letters_ = 0;
  std::uint64_t letters_ = 0;
  std::uint64_t decided_ = 0;
  std::uint64_t told_ = 0;
};

}  // namespace florin::sim
