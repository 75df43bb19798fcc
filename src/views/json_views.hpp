#pragma once

/// How wallets and transactions are shown to programs, by the tools and whoever else answers in JSON.

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "ledger/currency.hpp"
#include "ledger/money.hpp"
#include "ledger/wallet.hpp"
#include "protocol/query.hpp"

namespace florin {

[[nodiscard]] nlohmann::ordered_json to_json(const WalletRow& row);
[[nodiscard]] nlohmann::ordered_json to_json(const EntryRow& row);
[[nodiscard]] nlohmann::ordered_json to_json(const WalletState& state);

/// Amounts as exact integers with what is needed to read them.
void add_money(nlohmann::ordered_json& json, std::string_view key, MinorUnits amount, Currency currency);
/// Nothing where it is empty.
void add_text(nlohmann::ordered_json& json, std::string_view key, std::string_view text);

}  // namespace florin
