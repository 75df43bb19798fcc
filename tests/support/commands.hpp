#pragma once

/// Commands as tests write them, one line each.

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/command.hpp"

namespace florin::test {

[[nodiscard]] Currency currency(std::string_view code);

[[nodiscard]] Command open_wallet(std::string_view id, std::string_view wallet,
                                  std::string_view currency_code = "EUR");
[[nodiscard]] Command deposit(std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                              std::string_view currency_code = "EUR");
[[nodiscard]] Command withdraw(std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                               std::string_view currency_code = "EUR");
[[nodiscard]] Command payment(std::string_view id, std::string_view wallet, std::int64_t amount_minor,
                              std::string_view currency_code = "EUR");
[[nodiscard]] Command freeze(std::string_view id, std::string_view wallet,
                             FreezeScope scope = FreezeScope::all);
[[nodiscard]] Command unfreeze(std::string_view id, std::string_view wallet);
[[nodiscard]] Command close_wallet(std::string_view id, std::string_view wallet);
[[nodiscard]] Command set_limits(std::string_view id, std::string_view wallet,
                                 std::int64_t credit_limit_minor, std::string_view currency_code = "EUR");

/// The same, reported as having happened.
[[nodiscard]] Command advice(Command command);

/// The command as a client packs it.
[[nodiscard]] std::string packed(const Command& command);

}  // namespace florin::test
