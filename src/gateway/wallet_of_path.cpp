#include "gateway/wallet_of_path.hpp"

#include <fmt/format.h>

#include "routing/shard_of.hpp"

namespace florin {

Result<WalletId> wallet_of_path(const Call& call) {
  constexpr std::size_t kShownMax = 80;
  const std::string& text = call.names.front();
  if (!is_name(text)) {
    return problem(Code::invalid_wallet_id, fmt::format("wallet is `{}`", text.substr(0, kShownMax)));
  }
  return WalletId(text);
}

Owner owner_of(const WalletId& wallet, std::uint16_t shards) {
  return {Part::shard, shard_of(wallet, shards)};
}

}  // namespace florin
