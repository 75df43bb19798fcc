#pragma once

/// A wallet's statement, line by line: what its owner sees of the money that came and went.
///
/// In: every movement of money that was decided as a success. Advice that fits no wallet is in too, flagged
/// `unapplied`: it names this wallet, but its money is in suspense and the balance is as it was before.
/// Not in: what was refused (it moved nothing), and open, freeze, unfreeze, close and set_limits, which
/// move no money either. `florin history` shows those from the journal.
///
///     [number, previous, wallet, shard, sequence, decided, kind, flags, amount, currency, balance, id,
///      external, reference or nil, effective date or nil]

#include <cstdint>

#include "base/strong.hpp"
#include "ledger/currency.hpp"
#include "ledger/kinds.hpp"
#include "ledger/money.hpp"
#include "ledger/names.hpp"
#include "protocol/account.hpp"
#include "protocol/entry.hpp"

namespace florin {

struct StatementLine {
  LineNumber number;    ///< among the lines of all wallets, in the order in which accounting took them
  LineNumber previous;  ///< the wallet's line before this one; 0 where this is its first
  WalletId wallet;
  ShardIndex shard;
  SequenceNumber sequence;  ///< of the journal entry that it shows
  TimeUs decided;
  Kind kind = Kind::deposit;
  bool overdrawn = false;
  bool unapplied = false;
  MinorUnits amount;
  Currency currency;   ///< of the amount; the wallet's own unless it is unapplied
  MinorUnits balance;  ///< of the wallet behind this line, in its own currency
  TransactionId id;
  ExternalAccount external;  ///< where the money came from or went to
  Reference reference;
  std::uint32_t effective_date = 0;  ///< yyyymmdd; 0 means none given

  bool operator==(const StatementLine&) const = default;
};

/// Whether an entry is a line of its wallet's statement.
[[nodiscard]] bool is_on_statement(const Entry& entry);
/// The line of an entry that is one. `after` is the wallet's account behind the entry, its last line still
/// the one before.
[[nodiscard]] StatementLine make_line(LineNumber number, ShardIndex shard, const Entry& entry,
                                      const Account& after);

void encode_line(Writer& writer, const StatementLine& line);
[[nodiscard]] StatementLine decode_line(Reader& reader);

}  // namespace florin
