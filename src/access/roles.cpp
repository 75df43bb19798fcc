#include "access/roles.hpp"

#include "base/invariant.hpp"

namespace florin {

std::string_view name(Role role) {
  switch (role) {
    case Role::submit: return "submit";
    case Role::read: return "read";
    case Role::operate: return "operate";
    case Role::node: return "node";
    case Role::check: return "check";
  }
  invariant(false, "a role is one of its enumerators");
  return {};
}

std::string name(RoleSet roles) {
  std::string text;
  for (unsigned number = 0; number < kRoles; ++number) {
    const auto role = static_cast<Role>(number);
    if (roles.has(role)) {
      text.append(text.empty() ? "" : ",").append(name(role));
    }
  }
  return text.empty() ? "-" : text;
}

namespace {

std::optional<Role> role_from_name(std::string_view text) {
  for (unsigned number = 0; number < kRoles; ++number) {
    if (name(static_cast<Role>(number)) == text) {
      return static_cast<Role>(number);
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<RoleSet> parse_roles(std::string_view text) {
  RoleSet roles;
  while (true) {
    const std::size_t comma = text.find(',');
    const auto role = role_from_name(text.substr(0, comma));
    if (!role || roles.has(*role)) {
      return std::nullopt;
    }
    roles.add(*role);
    if (comma == std::string_view::npos) {
      return roles;
    }
    text.remove_prefix(comma + 1);
  }
}

Role role_for(Kind kind) {
  switch (kind) {
    case Kind::deposit:
    case Kind::withdraw:
    case Kind::payment: return Role::submit;
    case Kind::open:
    case Kind::freeze:
    case Kind::unfreeze:
    case Kind::close:
    case Kind::set_limits: return Role::operate;
  }
  invariant(false, "a kind is one of its enumerators");
  return Role::operate;
}

}  // namespace florin
