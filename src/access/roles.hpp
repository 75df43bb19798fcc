#pragma once

/// Who may do what: a caller is known by a name, and has roles. Roles belong to the key of a connection or to
/// a token, never to anything that a message says. No role includes another.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/kinds.hpp"

namespace florin {

enum class Role : std::uint8_t {
  submit,   ///< moves money: deposit, withdraw, payment
  read,     ///< asks and follows: queries, events
  operate,  ///< decides about wallets: open, freeze, unfreeze, close, set_limits
  node,     ///< is a part of Florin: the back end
  check,    ///< answers Florin's questions: kept for checks outside
};
inline constexpr unsigned kRoles = 5;

/// A plain value.
class RoleSet {
 public:
  constexpr RoleSet() = default;
  constexpr RoleSet(std::initializer_list<Role> roles) {
    for (const Role role : roles) {
      bits_ |= bit(role);
    }
  }
  /// What a caller has at a door without keys.
  [[nodiscard]] static constexpr RoleSet all() {
    return {Role::submit, Role::read, Role::operate, Role::node, Role::check};
  }
  [[nodiscard]] constexpr bool has(Role role) const { return (bits_ & bit(role)) != 0; }
  /// Nobody: a caller that is known has a role.
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  constexpr void add(Role role) { bits_ |= bit(role); }
  constexpr bool operator==(const RoleSet&) const = default;

 private:
  static constexpr std::uint32_t bit(Role role) { return 1U << static_cast<unsigned>(role); }
  std::uint32_t bits_ = 0;
};

struct Caller {
  std::string name;
  RoleSet roles;

  bool operator==(const Caller&) const = default;
};

[[nodiscard]] std::string_view name(Role role);
/// `submit,read`, in the order of the enumeration; `-` for none.
[[nodiscard]] std::string name(RoleSet roles);
/// The roles of `submit,read`; nothing where one is unknown, given twice or missing.
[[nodiscard]] std::optional<RoleSet> parse_roles(std::string_view text);

/// What a sender of such a command must be. `open` is not for senders of payments: it can grant credit.
[[nodiscard]] Role role_for(Kind kind);

}  // namespace florin
