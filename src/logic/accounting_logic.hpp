#pragma once

/// The accounting subscriber: what each wallet's owner sees, and what moved each day, made from events alone.

#include <map>
#include <vector>

#include "logic/flow.hpp"
#include "logic/subscription.hpp"
#include "storage/consumer_stores.hpp"

namespace florin {

class AccountingLogic : public RecordHandler {
 public:
  AccountingLogic(AccountingStore& store, FlowObserver& observer) : store_(store), observer_(observer) {}

  [[nodiscard]] Result<void> take(const BatchRecord& record) override;
  void flush(TimeUs now) override;
  [[nodiscard]] std::vector<Position> restart() override;

 private:
  [[nodiscard]] Result<void> check_versions(const std::vector<Entry>& entries);
  void apply(const Entry& entry);
  void forget_pending();
  /// As it stands with what is pending; a wallet not seen before stands at version 0.
  [[nodiscard]] Account known_account(const WalletId& wallet) const;
  [[nodiscard]] Account& account(const WalletId& wallet);

  AccountingStore& store_;
  FlowObserver& observer_;
  /// Changed and not yet durable.
  std::map<WalletId, Account> accounts_;
  std::map<DailyKey, DailyTotal> daily_;
  std::map<ShardIndex, Position> positions_;
};

/// Applies one entry to a wallet's account.
void apply_to_account(Account& account, const Entry& entry);

}  // namespace florin
