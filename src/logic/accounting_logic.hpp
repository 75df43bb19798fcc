#pragma once

/// The accounting subscriber: what each wallet's owner sees, line by line, and what moved each day, made from
/// events alone.

#include <absl/container/node_hash_map.h>

#include <map>
#include <vector>

#include "logic/flow.hpp"
#include "logic/subscription.hpp"
#include "storage/consumer_stores.hpp"

namespace florin {

class AccountingLogic : public RecordHandler {
 public:
  AccountingLogic(AccountingStore& store, FlowObserver& observer);

  [[nodiscard]] Result<void> take(const BatchRecord& record) override;
  [[nodiscard]] std::size_t pending() const override { return pending_entries_; }
  void flush(TimeUs now) override;
  [[nodiscard]] std::vector<Position> restart() override;

 private:
  /// An account as it stands with what is pending.
  struct Known {
    Account account;
    WalletVersion checked;  ///< ahead of the account's while a record is checked and not yet applied
    bool changed = false;   ///< since the last flush
  };

  [[nodiscard]] Known& known(const WalletId& wallet);
  [[nodiscard]] Result<void> check_versions(const std::vector<Entry>& entries);
  void apply(const Entry& entry, ShardIndex shard, Known& known);
  /// The total that an entry counts in, as it stands with what is pending.
  [[nodiscard]] DailyTotal& day_of(const Entry& entry);
  void forget_pending();

  AccountingStore& store_;
  FlowObserver& observer_;
  LineNumber last_line_;
  /// Pointers into it stay good while others come. What is not changed is kept to spare the store's reads.
  absl::node_hash_map<WalletId, Known> accounts_;
  std::vector<Entry> entries_;   ///< of the last record
  std::vector<Known*> checked_;  ///< that of each of them
  // Taken and not yet durable.
  std::vector<Known*> changed_;
  std::vector<StatementLine> lines_;
  std::map<DailyKey, DailyTotal> daily_;
  std::map<ShardIndex, Position> positions_;
  std::size_t pending_entries_ = 0;
};

/// Applies one entry to a wallet's account.
void apply_to_account(Account& account, const Entry& entry);

}  // namespace florin
