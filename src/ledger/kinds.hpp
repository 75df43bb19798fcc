#pragma once

/// The words of the ledger that are numbers on the wire and in the journal. A number is never used again.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace florin {

/// What a command asks for.
enum class Kind : std::uint8_t {
  open = 1,
  deposit = 2,
  withdraw = 3,
  payment = 4,
  freeze = 5,
  unfreeze = 6,
  close = 7,
  set_limits = 8,
};

/// `authorise` may be refused; `advise` reports what has already happened at the bank and is recorded.
enum class Mode : std::uint8_t { authorise = 0, advise = 1 };

/// Whose ids an id is one of. Internal steps of later features get namespaces no client can reach.
enum class IdNamespace : std::uint8_t { client = 0 };

enum class Outcome : std::uint8_t { success = 0, rejected = 1, error = 2 };

enum class WalletStatus : std::uint8_t {
  absent = 0,  ///< never opened, but refused commands may have raised its version
  open = 1,
  closed = 2,
};

/// Which movements a freeze stops. The values are bits: debits | credits = all.
enum class FreezeScope : std::uint8_t { none = 0, debits = 1, credits = 2, all = 3 };

[[nodiscard]] constexpr bool stops_debits(FreezeScope scope) {
  return (static_cast<unsigned>(scope) & 1U) != 0;
}
[[nodiscard]] constexpr bool stops_credits(FreezeScope scope) {
  return (static_cast<unsigned>(scope) & 2U) != 0;
}

/// Which way money moves, seen from the wallet.
enum class Direction : std::uint8_t { none, credit, debit };

/// What is fixed for a kind, in one row.
struct KindInfo {
  Kind kind;
  std::string_view name;
  Direction direction;
  std::string_view default_external;  ///< the other side of the entry where the command names none
};

[[nodiscard]] std::span<const KindInfo> kinds();
[[nodiscard]] const KindInfo& info(Kind kind);
[[nodiscard]] std::optional<Kind> kind_from_number(std::uint64_t number);
[[nodiscard]] std::optional<Kind> kind_from_name(std::string_view name);

[[nodiscard]] inline std::string_view name(Kind kind) {
  return info(kind).name;
}
[[nodiscard]] inline bool moves_money(Kind kind) {
  return info(kind).direction != Direction::none;
}
/// Wherever there is money in a command there is its currency.
[[nodiscard]] inline bool names_currency(Kind kind) {
  return moves_money(kind) || kind == Kind::open || kind == Kind::set_limits;
}
[[nodiscard]] std::string_view name(Mode mode);
[[nodiscard]] std::string_view name(Outcome outcome);
[[nodiscard]] std::string_view name(WalletStatus status);
[[nodiscard]] std::string_view name(FreezeScope scope);

}  // namespace florin
