#pragma once

/// The state of one wallet: all that decides about its next command.

#include <cstdint>

#include "base/strong.hpp"
#include "ledger/currency.hpp"
#include "ledger/kinds.hpp"
#include "ledger/money.hpp"

namespace florin {

struct WalletState {
  WalletStatus status = WalletStatus::absent;
  FreezeScope freeze = FreezeScope::none;
  Currency currency;
  MinorUnits balance;       ///< booked money, what is held included
  MinorUnits held;          ///< the part of the balance set aside by holds
  MinorUnits credit_limit;  ///< how far below zero the balance may be authorised to go; never negative
  std::uint32_t open_holds = 0;
  std::uint32_t outgoing_transfers = 0;  ///< under way to another wallet, not yet settled
  MinorUnits outgoing_amount;  ///< what would come back if all of them failed: credits keep room for it
  WalletVersion version;       ///< journaled entries of this wallet so far
  SequenceNumber stands_at;    ///< the sequence of the last of them

  bool operator==(const WalletState&) const = default;
};

/// What may still be debited: balance + credit limit - held. Each is within 2^53, so the sum is exact.
[[nodiscard]] constexpr std::int64_t available(const WalletState& wallet) {
  return wallet.balance.value() + wallet.credit_limit.value() - wallet.held.value();
}

}  // namespace florin
