#pragma once

/// The accounting subscriber's read model, as it is stored and as it travels.

#include <cstdint>

#include "base/int128.hpp"
#include "base/strong.hpp"
#include "ledger/currency.hpp"
#include "ledger/kinds.hpp"
#include "ledger/money.hpp"
#include "ledger/names.hpp"
#include "protocol/reader.hpp"
#include "protocol/writer.hpp"

namespace florin {

/// What a wallet's owner is shown: made from events alone, never from the ledger's own tables.
///
///     [wallet, currency, balance, credited, debited, completed, version, last line]
struct Account {
  WalletId wallet;
  Currency currency;  ///< none until the wallet is opened
  MinorUnits balance;
  Int128 credited = 0;
  Int128 debited = 0;
  std::uint64_t completed = 0;  ///< entries that succeeded and moved this wallet's money
  WalletVersion version;        ///< of the last entry seen, refused ones included
  LineNumber last_line;         ///< where its statement is read from, backwards; 0 where it has no line

  bool operator==(const Account&) const = default;
};
void encode_account(Writer& writer, const Account& account);
[[nodiscard]] Account decode_account(Reader& reader);

struct DailyKey {
  std::uint32_t day = 0;  ///< yyyymmdd, UTC, of the decided time
  Currency currency;
  Kind kind = Kind::open;

  auto operator<=>(const DailyKey&) const = default;
};

/// What moved on one day in one currency by one kind.
///
///     [day, currency, kind, count, sum]
struct DailyTotal {
  DailyKey key;
  std::uint64_t count = 0;
  Int128 sum = 0;  ///< minor units

  bool operator==(const DailyTotal&) const = default;
};
void encode_daily_total(Writer& writer, const DailyTotal& total);
[[nodiscard]] DailyTotal decode_daily_total(Reader& reader);

/// The UTC day of a time as yyyymmdd. Source: civil-from-days, H. Hinnant, "chrono-Compatible Low-Level Date
/// Algorithms".
[[nodiscard]] std::uint32_t utc_day(TimeUs time);

}  // namespace florin
