#include "access/roles.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("Roles are read as they are written") {
  CHECK(parse_roles("submit,read") == RoleSet{Role::submit, Role::read});
  CHECK(parse_roles("read,submit") == RoleSet{Role::submit, Role::read});
  CHECK(parse_roles("submit,read,operate,node,check") == RoleSet::all());
  for (const RoleSet roles : {RoleSet{Role::check}, RoleSet{Role::node, Role::read}, RoleSet::all()}) {
    CHECK(parse_roles(name(roles)) == roles);
  }
  CHECK(name(RoleSet()) == "-");
}

TEST_CASE("Roles that are unknown, missing or given twice are none") {
  for (const auto* text : {"", "admin", "submit,", ",submit", "submit,,read", "submit read", "Submit",
                           "submit,submit", "-", " submit"}) {
    INFO(text);
    CHECK_FALSE(parse_roles(text).has_value());
  }
}

TEST_CASE("Who moves money needs submit, and who decides about wallets operate") {
  for (const KindInfo& kind : kinds()) {
    INFO(kind.name);
    CHECK(role_for(kind.kind) == (moves_money(kind.kind) ? Role::submit : Role::operate));
  }
}

}  // namespace
}  // namespace florin::test
