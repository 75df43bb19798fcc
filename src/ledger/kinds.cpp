#include "ledger/kinds.hpp"

#include <algorithm>
#include <array>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::array kKinds{
    KindInfo{Kind::open, "open", Direction::none, ""},
    KindInfo{Kind::deposit, "deposit", Direction::credit, "bank:settlement"},
    KindInfo{Kind::withdraw, "withdraw", Direction::debit, "bank:settlement"},
    KindInfo{Kind::payment, "payment", Direction::debit, "card:settlement"},
    KindInfo{Kind::freeze, "freeze", Direction::none, ""},
    KindInfo{Kind::unfreeze, "unfreeze", Direction::none, ""},
    KindInfo{Kind::close, "close", Direction::none, ""},
    KindInfo{Kind::set_limits, "set_limits", Direction::none, ""},
};

}  // namespace

std::span<const KindInfo> kinds() {
  return kKinds;
}

const KindInfo& info(Kind kind) {
  const auto index = static_cast<std::size_t>(kind) - 1;
  invariant(index < kKinds.size() && kKinds[index].kind == kind, "every kind has its row in the table");
  return kKinds[index];
}

std::optional<Kind> kind_from_number(std::uint64_t number) {
  return number >= 1 && number <= kKinds.size() ? std::optional(kKinds[number - 1].kind) : std::nullopt;
}

std::optional<Kind> kind_from_name(std::string_view name) {
  const auto* found =
      std::find_if(kKinds.begin(), kKinds.end(), [&](const KindInfo& row) { return row.name == name; });
  return found != kKinds.end() ? std::optional(found->kind) : std::nullopt;
}

std::string_view name(Mode mode) {
  switch (mode) {
    case Mode::authorise: return "authorise";
    case Mode::advise: return "advise";
  }
  invariant(false, "a mode is one of its enumerators");
  return {};
}

std::string_view name(Outcome outcome) {
  switch (outcome) {
    case Outcome::success: return "success";
    case Outcome::rejected: return "rejected";
    case Outcome::error: return "error";
  }
  invariant(false, "an outcome is one of its enumerators");
  return {};
}

std::string_view name(WalletStatus status) {
  switch (status) {
    case WalletStatus::absent: return "absent";
    case WalletStatus::open: return "open";
    case WalletStatus::closed: return "closed";
  }
  invariant(false, "a wallet status is one of its enumerators");
  return {};
}

std::string_view name(FreezeScope scope) {
  switch (scope) {
    case FreezeScope::none: return "none";
    case FreezeScope::debits: return "debits";
    case FreezeScope::credits: return "credits";
    case FreezeScope::all: return "all";
  }
  invariant(false, "a freeze scope is one of its enumerators");
  return {};
}

}  // namespace florin
