#pragma once

/// Random but reproducible traffic: the same seed and options give the same commands, byte for byte.

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "protocol/command_codec.hpp"

namespace florin {

struct TrafficOptions {
  std::uint64_t seed = 0;
  std::vector<WalletId> wallets;
  Currency currency;
  unsigned deposits = 40;  ///< weights of the mix
  unsigned withdrawals = 30;
  unsigned payments = 30;
  unsigned duplicates_percent = 0;
  unsigned invalid_percent = 0;
  bool is_async = false;
};

/// A command ready to be sent: well-formed, or broken on purpose.
struct Generated {
  std::optional<Command> command;  ///< nothing where it is broken
  std::string packed;
};

class Traffic {
 public:
  explicit Traffic(const TrafficOptions& options);

  [[nodiscard]] Generated next();

 private:
  [[nodiscard]] Command fresh();
  [[nodiscard]] Generated broken();
  /// 0 to `bound` - 1. Plain modulo: the bias does not matter here, and std's distributions differ by
  /// library.
  [[nodiscard]] std::uint64_t pick(std::uint64_t bound) { return random_() % bound; }

  const TrafficOptions options_;
  std::mt19937_64 random_;
  std::uint64_t made_ = 0;
  std::vector<Command> recent_;  ///< to repeat from
};

/// `40,30,30`: the weights of deposits, withdrawals and payments. False where they are none.
[[nodiscard]] bool parse_mix(const std::string& text, TrafficOptions& traffic);

/// As many wallets as one list may name: it is held in memory, about 65 bytes each.
inline constexpr std::size_t kWalletListMax = 1'000'000;

/// `100-105`, `101,104`, or a mix of both. Says what is wrong where a part is no wallet id, a range runs
/// backwards, or there are more than kWalletListMax.
[[nodiscard]] Result<std::vector<WalletId>> parse_wallets(const std::string& text);

}  // namespace florin
