#pragma once

/// The decision: a pure function of a command and the wallet it is for.

#include "ledger/codes.hpp"
#include "ledger/command.hpp"
#include "ledger/postings.hpp"
#include "ledger/wallet.hpp"

namespace florin {

/// What was decided, and what follows from it.
struct Decision {
  Outcome outcome = Outcome::success;
  Code reason = Code::none;  ///< why it was rejected, or why advice could not be applied
  bool overdrawn = false;    ///< advice took the available balance below zero
  bool unapplied = false;    ///< advice fits no wallet: its money waits in the suspense account
  ExternalAccount external;  ///< the account on the other side; empty where no money moves
  WalletState after;         ///< version and stands_at are the journal's to raise

  bool operator==(const Decision&) const = default;

  /// Whether it goes to the dead-letter sink.
  [[nodiscard]] bool is_failure() const { return outcome != Outcome::success || unapplied; }
  /// Whether any account's total changed.
  [[nodiscard]] bool posts() const { return outcome == Outcome::success; }
};

/// Decides `command` for a wallet in the state `before`. The command is well-formed (the decoder's work) and
/// its id was not used in this wallet before (the shard's). The checks run in the order of the codes:
///
///     wallet -> status -> currency -> (card) -> (limits) -> balance -> (outside checks)
///
/// and past the last one nothing can fail. Advice is never rejected: where a check that even advice cannot
/// pass stands in its way, its money goes to suspense.
[[nodiscard]] Decision decide(const Command& command, const WalletState& before);

/// Nothing is decided, and the wallet stays as it is: deciding the command has ended its worker again and
/// again. An operator has to look at it.
[[nodiscard]] Decision set_aside(const Command& command, const WalletState& before);

}  // namespace florin
