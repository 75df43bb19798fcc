#pragma once

/// One shard's part of the verification: its chain, its decisions, and the tables derived from it.

#include <absl/container/flat_hash_map.h>

#include <map>
#include <set>
#include <string>

#include "logic/verification.hpp"
#include "protocol/account.hpp"
#include "protocol/batch_record.hpp"
#include "protocol/letter.hpp"
#include "protocol/statement.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// A statement line that accounting holds: enough to tell whether it is the one that should be there.
struct SeenLine {
  LineNumber number;
  Digest hash;
};
[[nodiscard]] Digest hash_of(const StatementLine& line);

/// What the consumers hold, read before the journals are walked. Rows are taken out as they are compared.
struct ConsumerBooks {
  std::map<ShardIndex, BatchOrdinal> accounting_at;
  std::map<ShardIndex, BatchOrdinal> letters_at;
  absl::flat_hash_map<std::string, Account> accounts;
  /// By shard and sequence, as the letters are.
  absl::flat_hash_map<std::pair<std::uint16_t, std::uint64_t>, SeenLine> lines;
  std::map<std::pair<std::uint16_t, std::uint64_t>, Letter> letters;
  bool has_accounting = false;
  bool has_letters = false;
};

class ShardVerification {
 public:
  ShardVerification(const Asker& ask, ShardIndex shard, ConsumerBooks& books, VerificationReport& report);

  /// Walks the journal to where it ended when this was called.
  void run(const Progress& progress);
  /// What moved per day, up to where accounting stood.
  [[nodiscard]] const std::map<DailyKey, DailyTotal>& daily() const { return daily_; }

 private:
  struct Derived {
    Position head;
    absl::flat_hash_map<std::string, WalletState> wallets;
    SequenceNumber totals_at;
    Totals totals;
  };

  [[nodiscard]] bool read_derived();
  [[nodiscard]] bool read_head(Position& head);
  void walk_to(BatchOrdinal end, const Progress& progress);
  [[nodiscard]] bool take_record(std::string_view bytes);
  void take_entry(const Entry& entry, const BatchHeader& header);
  void compare_decision(const Entry& entry, const WalletState& before);
  void compare_wallet(const Entry& entry);
  void check_is_new(const Entry& entry);
  [[nodiscard]] bool look_up_ids();
  void compare_id(const IdRow& row);
  void compare_account(const Entry& entry, const BatchHeader& header);
  /// Also tells `expected` which line is its last from now on.
  void compare_line(const Entry& entry, const BatchHeader& header, Account& expected);
  void compare_letter(const Entry& entry, const BatchHeader& header);
  void compare_totals();
  void report_left_over();
  void differ(std::string what);
  [[nodiscard]] bool within(const std::map<ShardIndex, BatchOrdinal>& reached,
                            const BatchHeader& header) const;

  const Asker& ask_;
  const ShardIndex shard_;
  ConsumerBooks& books_;
  VerificationReport& report_;
  Derived derived_;
  Head head_;
  Totals totals_;
  absl::flat_hash_map<std::string, WalletState> wallets_;
  absl::flat_hash_map<std::string, Account> accounts_;
  absl::flat_hash_map<std::string, SequenceNumber> ids_;  ///< the newest entry of each
  /// Ids whose entry is an error, and may be followed by another: the newest such entry.
  struct Failed {
    SequenceNumber sequence;
    std::uint32_t attempt = 0;
  };
  absl::flat_hash_map<std::string, Failed> failed_;
  SequenceNumber looked_up_;  ///< up to here the index of ids was asked
  /// Those found to lack entries, each told once.
  std::set<std::string> wallets_behind_;
  std::set<std::string> accounts_behind_;
  std::map<DailyKey, DailyTotal> daily_;
};

/// Reads page after page; `take` gets each row's reader. The key of the last row goes into the next question.
/// Says why it stopped early.
[[nodiscard]] Result<void> read_pages(const Asker& ask, const Owner& owner, QueryKind kind,
                                      const std::function<void(Writer&)>& parameters,
                                      const std::function<void(Reader&)>& take);

}  // namespace florin
