#pragma once

/// Commands as clients send them. An array of exactly the elements of its kind; the last is a map of options
/// with text keys.
///
///     open        [1, id, wallet, currency, {credit_limit, ...}]
///     deposit     [2, id, wallet, amount, currency, {external, mode, ...}]
///     withdraw    [3, id, wallet, amount, currency, {external, mode, ...}]
///     payment     [4, id, wallet, amount, currency, {merchant, external, mode, ...}]
///     freeze      [5, id, wallet, scope, {...}]         scope: 1 debits, 2 credits, 3 all
///     unfreeze    [6, id, wallet, {...}]
///     close       [7, id, wallet, {...}]
///     set_limits  [8, id, wallet, currency, {credit_limit, ...}]
///
/// Options of every kind: async (boolean), reference (text), trace (16 bytes), effective_date (yyyymmdd),
/// redrive (boolean), redrive_of (id).

#include <optional>

#include "base/digest.hpp"
#include "ledger/command.hpp"
#include "protocol/problem.hpp"
#include "protocol/reader.hpp"
#include "protocol/writer.hpp"

namespace florin {

/// A command, the trace it belongs to, and how it is sent, which is no content.
struct TracedCommand {
  Command command;
  std::optional<Id128> trace;
  bool is_async = false;  ///< answered once it is durable in the inbox
  bool redrive = false;   ///< an id that ended in `error` is decided again

  bool operator==(const TracedCommand&) const = default;
};

void encode_command(Writer& writer, const TracedCommand& traced);

/// Reads one command and leaves the reader behind it. Errors name the element.
[[nodiscard]] Result<TracedCommand> decode_command(Reader& reader);

}  // namespace florin
