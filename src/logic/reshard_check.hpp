#pragma once

/// Whether a resharded store is the old one: every wallet, total, id and outcome, compared one by one.

#include "logic/journal_audit.hpp"
#include "logic/reshard.hpp"

namespace florin {

/// Both as they are opened for use. Throws StoreFault (refused) for the first thing that differs.
class ReshardCheck {
 public:
  ReshardCheck(const StoppedStores& old, const StoppedStores& fresh) : old_(old), fresh_(fresh) {}

  void run(const Progress& progress);
  /// How many there are, once it has run.
  [[nodiscard]] std::uint64_t wallets() const { return wallets_; }

 private:
  void audit_fresh(ShardIndex shard);
  void compare_totals() const;
  void compare_wallets(ShardIndex shard);
  void compare_entries(ShardIndex shard, const Progress& progress);
  void compare_entry(const ShardSnapshot& fresh, const Entry& before) const;

  const StoppedStores& old_;
  const StoppedStores& fresh_;
  std::uint64_t wallets_ = 0;
  std::uint64_t entries_ = 0;
};

}  // namespace florin
