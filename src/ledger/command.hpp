#pragma once

/// What a client asks for, decoded and well-formed.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/strong.hpp"
#include "ledger/currency.hpp"
#include "ledger/kinds.hpp"
#include "ledger/money.hpp"
#include "ledger/names.hpp"

namespace florin {

/// The content of a command: what a repetition must repeat. When it was sent, by which connection and under
/// which trace is told elsewhere (`Provenance` in protocol/entry.hpp) and does not count.
///
/// Which members mean something follows from the kind: money moves only with `amount` and `currency`; `open`
/// takes `currency` and may take `credit_limit`; `set_limits` takes `currency` and `credit_limit`; `freeze`
/// takes `freeze`. What a kind does not take is left at its default.
struct Command {
  Kind kind = Kind::open;
  Mode mode = Mode::authorise;
  WalletId wallet;
  TransactionId id;
  MinorUnits amount;
  Currency currency;
  ExternalAccount external;  ///< as named by the client; empty means the kind's default
  Merchant merchant;
  Reference reference;
  std::uint32_t effective_date = 0;  ///< yyyymmdd, the bank's booking day; 0 means none given
  FreezeScope freeze = FreezeScope::none;
  std::optional<MinorUnits> credit_limit;
  /// The id of the same wallet whose rejected command this one tries again under an id of its own; empty for
  /// all others.
  TransactionId redrive_of;

  bool operator==(const Command&) const = default;
};

/// Whether a command under an id that was used before repeats what was asked then. The effective date is a
/// time, so it does not count.
[[nodiscard]] bool same_content(const Command& a, const Command& b);

/// Names the first part of the content in which two commands under one id differ; empty where they are the
/// same.
[[nodiscard]] std::string_view first_difference(const Command& a, const Command& b);

}  // namespace florin
