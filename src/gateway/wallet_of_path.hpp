#pragma once

#include "gateway/step.hpp"
#include "ledger/names.hpp"

namespace florin {

/// The wallet that a path names first; refused where it is none.
[[nodiscard]] Result<WalletId> wallet_of_path(const Call& call);
/// Whom to ask about it.
[[nodiscard]] Owner owner_of(const WalletId& wallet, std::uint16_t shards);

}  // namespace florin
