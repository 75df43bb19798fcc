#pragma once

#include <string>

#include "ledger/command.hpp"

namespace florin {

/// What a command is about, for people: `12.50 EUR`, `12.50 EUR (advice)`, `debits` (freeze), `limit 50.00
/// EUR`, `EUR` (open). Empty where the kind says it all.
[[nodiscard]] std::string subject_text(const Command& command);

}  // namespace florin
