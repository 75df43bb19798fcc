#pragma once

/// Double entry. Whatever an entry adds to one account it takes from another, so within a shard and currency
/// all accounts together are zero, always.

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <span>

#include "base/int128.hpp"
#include "ledger/command.hpp"

namespace florin {

/// The accounts of a shard. All wallets are one account here: each wallet's own balance is its state.
enum class AccountClass : std::uint8_t { wallets = 0, escrow = 1, transit = 2, external = 3 };

struct AccountKey {
  Currency currency;
  AccountClass account_class = AccountClass::wallets;
  ExternalAccount external;  ///< only for AccountClass::external

  auto operator<=>(const AccountKey&) const = default;
};

struct Posting {
  AccountKey account;
  std::int64_t delta_minor = 0;
};

/// At most two for the kinds of today; the sum is zero.
class Postings {
 public:
  void add(Posting posting);
  [[nodiscard]] std::span<const Posting> all() const { return {legs_.data(), count_}; }

 private:
  std::array<Posting, 2> legs_{};
  std::size_t count_ = 0;
};

/// What a recorded entry moved: nothing unless `applied` (to the wallet) or `unapplied` (to suspense).
[[nodiscard]] Postings postings_of(const Command& command, const ExternalAccount& external, bool unapplied);

/// Running totals of a shard, ordered so that every reader sees the same order.
class Totals {
 public:
  using Map = std::map<AccountKey, Int128>;

  void apply(const Postings& postings);
  void set(const AccountKey& account, Int128 total) { totals_[account] = total; }
  void add(const AccountKey& account, Int128 delta) { totals_[account] += delta; }
  [[nodiscard]] const Map& all() const { return totals_; }
  /// The sum over a currency's accounts by currency; conservation says that each is zero.
  [[nodiscard]] std::map<Currency, Int128> imbalance() const;

  bool operator==(const Totals&) const = default;

 private:
  Map totals_;
};

}  // namespace florin
