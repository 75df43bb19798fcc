#pragma once

/// Wallets and transactions as the API shows them. Amounts are whole minor units; currency and exponent stand
/// beside them. The words are those of the command line's --json.

#include <string>
#include <string_view>

#include "gateway/json_writer.hpp"
#include "protocol/message.hpp"
#include "protocol/query.hpp"

namespace florin {

/// What a decision answered, to its sender. The same bytes each time it is told.
[[nodiscard]] std::string outcome_json(const Command& command, const Answer& answer);
/// A transaction as the journal has it.
[[nodiscard]] std::string transaction_json(const EntryRow& row);
/// The same with who decided it; `worker` is empty where that is not known any more.
[[nodiscard]] std::string latest_json(const EntryRow& row, std::string_view worker);
/// One that is durable in the inbox and not decided yet.
[[nodiscard]] std::string queued_json(const Command& command);
/// The same as the inbox knows it: its name, and when it was taken.
[[nodiscard]] std::string queued_json(std::string_view wallet, std::string_view id, TimeUs accepted);
/// A transaction that was taken and has no outcome yet.
[[nodiscard]] std::string pending_json(const Command& command);

[[nodiscard]] std::string wallet_json(const WalletRow& row);
/// The part of it that a shop's till asks for.
[[nodiscard]] std::string balance_json(const WalletRow& row);

}  // namespace florin
