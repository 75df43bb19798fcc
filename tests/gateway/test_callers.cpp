#include "tests/gateway/api_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

/// Knows two tokens, each with a role.
std::optional<Caller> two_callers(std::optional<std::string_view> token, TimeUs /*now*/) {
  if (token == "reader") {
    return Caller{"board", {Role::read}};
  }
  if (token == "sender") {
    return Caller{"shop", {Role::submit}};
  }
  return std::nullopt;
}

const std::string kDeposit = R"({"id":"d-1","amount_minor":1250,"currency":"EUR"})";

std::vector<HttpHeader> bearer(std::string_view value) {
  return {{"Authorization", value}};
}

TEST_CASE("Without a token that is known nothing is answered but the probes") {
  ApiDriver driver({}, 4, two_callers);
  for (const char* value : {"", "Bearer ", "Bearer nobody", "Basic cmVhZGVy", "reader", "Bearer reader x"}) {
    INFO(value);
    const HttpResponse response = driver.answer({"GET", "/v1/wallets", "", bearer(value)});
    CHECK(response.status == 401);
    CHECK(header_of(response, "WWW-Authenticate") == "Bearer");
  }
  CHECK(driver.answer(get("/v1/wallets")).status == 401);
  CHECK(
      driver.answer({"GET", "/v1/wallets", "", {{"Authorization", "Bearer reader"}, {"Authorization", "x"}}})
          .status == 401);
  CHECK(driver.answer(get("/livez")).status == 200);
  CHECK(driver.questions.empty());
  CHECK(driver.api.counters().not_authorised == 8);
}

TEST_CASE("A role opens its own routes alone") {
  ApiDriver driver({}, 4, two_callers);
  driver.send({"GET", "/v1/wallets/101", "", bearer("Bearer reader")});
  driver.send({"GET", "/v1/wallets/101", "", bearer("bearer reader")});
  CHECK(driver.questions.size() == 2);
  const HttpResponse no_reader = driver.answer({"GET", "/v1/wallets/101", "", bearer("Bearer sender")});
  CHECK(no_reader.status == 403);
  CHECK(json_of(no_reader)["detail"] == "shop has the roles submit and needs read");
  driver.send(post("/v1/wallets/101/deposits", kDeposit, bearer("Bearer sender")));
  CHECK(driver.commands.size() == 1);
  CHECK(driver.answer(post("/v1/wallets/101/deposits", kDeposit, bearer("Bearer reader"))).status == 403);
  CHECK(driver.answer(post("/v1/wallets/101/close", R"({"id":"c"})", bearer("Bearer sender"))).status == 403);
  CHECK(driver.commands.size() == 1);
}

}  // namespace
}  // namespace florin::test
