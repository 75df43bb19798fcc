#include "tests/gateway/api_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

const std::string kDeposit = R"({"id":"d-1","amount_minor":1250,"currency":"EUR"})";

TestRequest deposit_request(const std::string& body = kDeposit) {
  return post("/v1/wallets/101/deposits", body);
}

Command sent(const OutgoingCommand& command) {
  Reader reader(command.packed);
  return decode_command(reader).value().command;
}

TEST_CASE("A deposit goes to the router and its outcome is the answer") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(deposit_request());
  REQUIRE(driver.commands.size() == 1);
  CHECK_FALSE(driver.maybe_response(exchange));
  CHECK(driver.commands[0].wallet == WalletId("101"));
  CHECK(sent(driver.commands[0]) == deposit("d-1", "101", 1250));

  driver.decide(driver.commands[0].tag, decided(Resolution::success, Code::none, 51'250));
  const HttpResponse response = driver.response(exchange);
  CHECK(response.status == 201);
  CHECK(header_of(response, "Location") == "/v1/wallets/101/transactions/d-1");
  CHECK(header_of(response, "Idempotency-Replayed").empty());
  const auto json = json_of(response);
  CHECK(json["amount_minor"] == 1250);
  CHECK(json["currency"] == "EUR");
  CHECK(json["exponent"] == 2);
  CHECK(json["resolution"] == "success");
  CHECK(json["reason"].is_null());
  CHECK(json["after"]["balance_minor"] == 51'250);
  CHECK(driver.api.open_exchanges() == 0);
  CHECK(driver.api.commands_in_flight() == 0);
}

TEST_CASE("A replay gives the first answer byte for byte and says so in a header") {
  ApiDriver driver;
  Answer answer = decided(Resolution::success, Code::none, 51'250);
  const ExchangeId first = driver.send(deposit_request());
  driver.decide(driver.commands[0].tag, answer);
  answer.duplicate = true;
  const ExchangeId second = driver.send(deposit_request());
  driver.decide(driver.commands[1].tag, answer);
  CHECK(driver.response(second).status == 201);
  CHECK(driver.response(second).body == driver.response(first).body);
  CHECK(header_of(driver.response(second), "Idempotency-Replayed") == "true");
}

TEST_CASE("A business refusal is 422 with its number, its name and the transaction") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(
      post("/v1/wallets/101/payments",
           R"({"id":"p-1","amount_minor":99,"currency":"EUR","merchant":"Caf\u00e9","reference":"r"})"));
  driver.decide(driver.commands.at(0).tag, decided(Resolution::rejected, Code::insufficient_funds, 5));
  const HttpResponse response = driver.response(exchange);
  CHECK(response.status == 422);
  CHECK(response.content_type == "application/problem+json");
  const auto json = json_of(response);
  CHECK(json["code"] == 231);
  CHECK(json["name"] == "insufficient_funds");
  CHECK(json["retry"] == "never");
  CHECK(json["type"] == "urn:florin:problem:insufficient_funds");
  CHECK(json["request_id"] == header_of(response, "X-Request-Id"));
  CHECK(json["transaction"]["merchant"] == "Caf\u00e9");
  CHECK(json["transaction"]["resolution"] == "rejected");
}

TEST_CASE("An error is 500 with its transaction, and asks for no other id") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(deposit_request());
  driver.decide(driver.commands.at(0).tag, decided(Resolution::error, Code::isolated, 5));
  const HttpResponse response = driver.response(exchange);
  CHECK(response.status == 500);
  CHECK(header_of(response, "Location") == "/v1/wallets/101/transactions/d-1");
  const auto json = json_of(response);
  CHECK(json["transaction"]["resolution"] == "error");
  CHECK(json["help"].get<std::string>().find("Do not send it under another id") == 0);
}

TEST_CASE("An id that was used for other content is a conflict and shows no transaction") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(deposit_request());
  driver.decide(driver.commands[0].tag, decided(Resolution::rejected, Code::idempotency_conflict, 5));
  CHECK(driver.response(exchange).status == 422);
  CHECK(problem_of(driver.response(exchange)) == "idempotency_conflict");
  CHECK_FALSE(json_of(driver.response(exchange)).contains("transaction"));
}

TEST_CASE("While an id is being decided a second request for it is told so") {
  ApiDriver driver;
  driver.send(deposit_request());
  const HttpResponse second = driver.answer(deposit_request());
  CHECK(second.status == 409);
  CHECK(problem_of(second) == "still_in_flight");
  CHECK(header_of(second, "Retry-After") == "1");
  CHECK(header_of(second, "Location") == "/v1/wallets/101/transactions/d-1");
  CHECK(driver.commands.size() == 1);
  driver.decide(driver.commands[0].tag, decided(Resolution::success, Code::none, 1));
  driver.send(deposit_request());
  CHECK(driver.commands.size() == 2);
}

TEST_CASE("The id may stand in Idempotency-Key, but not be another one there") {
  ApiDriver driver;
  const std::string without = R"({"amount_minor":1,"currency":"EUR"})";
  driver.send(post("/v1/wallets/101/deposits", without, {{"Idempotency-Key", "k-1"}}));
  REQUIRE(driver.commands.size() == 1);
  CHECK(sent(driver.commands[0]).id == TransactionId("k-1"));
  CHECK(problem_of(driver.answer(post("/v1/wallets/101/deposits", kDeposit, {{"Idempotency-Key", "k-2"}}))) ==
        "invalid_transaction_id");
  CHECK(problem_of(driver.answer(post("/v1/wallets/101/deposits", without))) == "invalid_transaction_id");
}

TEST_CASE("Every kind that the ledger has can be asked for") {
  ApiDriver driver;
  driver.send(post("/v1/wallets", R"({"id":"o","wallet":"w","currency":"EUR"})"));
  driver.send(post("/v1/wallets/w/withdrawals", R"({"id":"x","amount_minor":2,"currency":"EUR"})"));
  driver.send(post("/v1/wallets/w/freeze", R"({"id":"f","scope":"debits"})"));
  driver.send(post("/v1/wallets/w/unfreeze", R"({"id":"u"})"));
  driver.send(post("/v1/wallets/w/close", R"({"id":"c"})"));
  driver.send(post("/v1/wallets/w/limits", R"({"id":"l","currency":"EUR","credit_limit_minor":500})"));
  REQUIRE(driver.commands.size() == 6);
  CHECK(sent(driver.commands[0]) == open_wallet("o", "w"));
  CHECK(sent(driver.commands[1]) == withdraw("x", "w", 2));
  CHECK(sent(driver.commands[2]) == freeze("f", "w", FreezeScope::debits));
  CHECK(sent(driver.commands[3]) == unfreeze("u", "w"));
  CHECK(sent(driver.commands[4]) == close_wallet("c", "w"));
  CHECK(sent(driver.commands[5]) == set_limits("l", "w", 500));
}

TEST_CASE("The trace of a request goes along with its command") {
  ApiDriver driver;
  driver.send(post("/v1/wallets/101/deposits", kDeposit,
                   {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}}));
  Reader reader(driver.commands.at(0).packed);
  const auto traced = decode_command(reader).value();
  REQUIRE(traced.trace);
  CHECK(traced.trace->bytes[0] == 0x0A);
  CHECK(traced.trace->bytes[15] == 0x9C);
}

TEST_CASE("A trace that is not well-formed is passed over") {
  for (const char* wrong : {"", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-0af7",
                            "no trace at all", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                            "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}) {
    ApiDriver driver;
    driver.send(post("/v1/wallets/101/deposits", kDeposit, {{"traceparent", wrong}}));
    Reader reader(driver.commands.at(0).packed);
    CHECK_FALSE(decode_command(reader).value().trace);
  }
}

TEST_CASE("A caller that prefers it is answered once the transaction is durable") {
  ApiDriver driver;
  const ExchangeId exchange =
      driver.send(post("/v1/wallets/101/deposits", kDeposit, {{"Prefer", "wait=5; x, Respond-Async"}}));
  Reader reader(driver.commands.at(0).packed);
  CHECK(decode_command(reader).value().is_async);
  driver.decide(driver.commands[0].tag, queued_answer());
  const HttpResponse response = driver.response(exchange);
  CHECK(response.status == 202);
  CHECK(header_of(response, "Location") == "/v1/wallets/101/transactions/d-1");
  CHECK(header_of(response, "Preference-Applied") == "respond-async");
  CHECK(json_of(response)["state"] == "queued");
  CHECK(json_of(response)["resolution"].is_null());

  driver.send(post("/v1/wallets/101/deposits", kDeposit, {{"Prefer", "respond-asynchronously"}}));
  Reader second(driver.commands.at(1).packed);
  CHECK_FALSE(decode_command(second).value().is_async);
}

TEST_CASE("What takes too long is answered, stays in flight, and harms nothing when it comes") {
  ApiDriver driver({.outcome_timeout_ms = 500});
  const ExchangeId exchange = driver.send(deposit_request());
  driver.pass_ms(499);
  CHECK_FALSE(driver.maybe_response(exchange));
  driver.pass_ms(1);
  CHECK(driver.response(exchange).status == 504);
  CHECK(problem_of(driver.response(exchange)) == "no_answer_yet");
  CHECK(header_of(driver.response(exchange), "Location") == "/v1/wallets/101/transactions/d-1");
  CHECK(problem_of(driver.answer(deposit_request())) == "still_in_flight");
  driver.decide(driver.commands[0].tag, decided(Resolution::success, Code::none, 1));
  CHECK(driver.api.commands_in_flight() == 0);
  CHECK(driver.responses.size() == 2);
}

TEST_CASE("Beyond the limit of requests in flight the answer is 429") {
  ApiDriver driver({.requests_in_flight_max = 2});
  driver.send(post("/v1/wallets/101/deposits", R"({"id":"a","amount_minor":1,"currency":"EUR"})"));
  driver.send(post("/v1/wallets/101/deposits", R"({"id":"b","amount_minor":1,"currency":"EUR"})"));
  const HttpResponse third =
      driver.answer(post("/v1/wallets/101/deposits", R"({"id":"c","amount_minor":1,"currency":"EUR"})"));
  CHECK(third.status == 429);
  CHECK(header_of(third, "Retry-After") == "1");
  CHECK(driver.commands.size() == 2);
  CHECK(driver.api.counters().overloaded == 1);
}

}  // namespace
}  // namespace florin::test
