#pragma once

/// The judge's own ledger: what docs/PROTOCOL.md says about commands, written again without a look at
/// src/ledger/decide.cpp, so that a mistake there is not made here too.

#include <cstdint>
#include <map>
#include <string>

#include "base/int128.hpp"
#include "protocol/account.hpp"
#include "protocol/entry.hpp"

namespace florin::sim {

struct ModelWallet {
  bool opened = false;
  bool closed = false;
  bool debits_stopped = false;
  bool credits_stopped = false;
  std::string currency;
  std::int64_t balance = 0;
  std::int64_t credit_limit = 0;
  std::uint64_t version = 0;
  std::uint64_t last_sequence = 0;
};

struct ModelDecision {
  std::uint16_t code = 0;  ///< 0: applied
  bool rejected = false;
  bool overdrawn = false;
  bool unapplied = false;
  bool isolated = false;  ///< recorded as an error, and nothing is changed
  std::string external;   ///< the other side, where money moves
};

/// Decides, and changes the wallet's money and status; version and sequence are the caller's.
[[nodiscard]] ModelDecision decide_by_the_book(const Command& command, ModelWallet& wallet);

/// What is recorded of a command that its workers died of.
[[nodiscard]] ModelDecision set_aside_by_the_book(const Command& command);

/// What a wallet's owner should see at one version of the wallet.
struct ModelAccount {
  std::string currency;
  std::int64_t balance = 0;
  Int128 credited = 0;
  Int128 debited = 0;
  std::uint64_t completed = 0;
};

/// Whether money came in, went out (seen from the wallet), or neither.
[[nodiscard]] int direction_of(Kind kind);

/// yyyymmdd in UTC, counted year by year and month by month.
[[nodiscard]] std::uint32_t day_by_counting(TimeUs time);

/// Sums by currency and account; "" is all wallets together.
using ModelTotals = std::map<std::pair<std::string, std::string>, Int128>;

}  // namespace florin::sim
