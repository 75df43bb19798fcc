#include "tests/gateway/api_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

struct BadBody {
  std::string body;
  std::string name;
  std::string said;  ///< a part of the detail
};

TEST_CASE("A bad body is named by field and applies nothing") {
  const std::vector<BadBody> cases{
      {"", "invalid_body", "no JSON"},
      {"{", "invalid_body", "no JSON"},
      {"[]", "invalid_body", "an array"},
      {"7", "invalid_body", "bare value"},
      {"{} {}", "invalid_body", "no JSON"},
      {R"({"id":"a","id":"b"})", "invalid_body", "`id` is given twice"},
      {R"({"id":"a","currency":"EUR"})", "invalid_body", "`amount_minor` is missing"},
      {R"({"id":"a","amount_minor":1})", "invalid_body", "`currency` is missing"},
      {R"({"id":"a","amount_minor":12.5,"currency":"EUR"})", "invalid_amount", "12.5"},
      {R"({"id":"a","amount_minor":1.0,"currency":"EUR"})", "invalid_amount", "1.0"},
      {R"({"id":"a","amount_minor":1e3,"currency":"EUR"})", "invalid_amount", "1e3"},
      {R"({"id":"a","amount_minor":"1250","currency":"EUR"})", "invalid_amount", "text \"1250\""},
      {R"({"id":"a","amount_minor":null,"currency":"EUR"})", "invalid_amount", "null"},
      {R"({"id":"a","amount_minor":true,"currency":"EUR"})", "invalid_amount", "true or false"},
      {R"({"id":"a","amount_minor":0,"currency":"EUR"})", "invalid_amount", "amount is 0"},
      {R"({"id":"a","amount_minor":-1,"currency":"EUR"})", "invalid_amount", "amount is -1"},
      {R"({"id":"a","amount_minor":9007199254740992,"currency":"EUR"})", "invalid_amount",
       "9007199254740992"},
      {R"({"id":"a","amount_minor":18446744073709551615,"currency":"EUR"})", "invalid_amount",
       "1844674407370"},
      {R"({"id":"a","amount_minor":99999999999999999999999,"currency":"EUR"})", "invalid_amount", "99999999"},
      {R"({"id":"a","amount_minor":1,"currency":"eur"})", "unknown_currency", "`eur`"},
      {R"({"id":"a","amount_minor":1,"currency":978})", "wrong_type", "`currency` is the number 978"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","amont":2})", "unknown_option",
       "`amont` does not exist"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","merchant":"m"})", "unknown_option", "`merchant`"},
      {R"({"id":"a","amount_minor":{"value":1},"currency":"EUR"})", "wrong_type",
       "`amount_minor` is an object"},
      {R"({"id":"a b","amount_minor":1,"currency":"EUR"})", "invalid_transaction_id", "a b"},
      {R"({"id":"","amount_minor":1,"currency":"EUR"})", "invalid_transaction_id", "1 to 64 bytes"},
      {R"({"id":"4111111111111111","amount_minor":1,"currency":"EUR"})", "card_number_as_id", "card number"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","effective_date":20260230})", "invalid_option",
       "20260230"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","effective_date":-1})", "invalid_option", "-1"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","mode":"maybe"})", "invalid_option", "mode"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","external":"suspense"})", "invalid_option", "suspense"},
      {R"({"id":"a","amount_minor":1,"currency":"EUR","reference":"\u0007"})", "invalid_option", "reference"},
      {"{\"id\":\"a\xFF\",\"amount_minor\":1,\"currency\":\"EUR\"}", "invalid_body", "no JSON"},
      {std::string(100'000, '['), "invalid_body", "an array"},
  };
  ApiDriver driver;
  for (const BadBody& bad : cases) {
    INFO(bad.body.substr(0, 200));
    const HttpResponse response = driver.answer(post("/v1/wallets/101/deposits", bad.body));
    CHECK(response.status == 400);
    CHECK(problem_of(response) == bad.name);
    const std::string detail = json_of(response)["detail"];
    INFO(detail);
    CHECK(detail.find(bad.said) != std::string::npos);
  }
  CHECK(driver.commands.empty());
}

TEST_CASE("Tricks with paths and parameters are refused") {
  ApiDriver driver;
  for (const char* target : {"",
                             "v1/wallets",
                             "http://localhost/v1/wallets",
                             "*",
                             "//v1/wallets",
                             "/v1//wallets",
                             "/v1/wallets/",
                             "/v1/wallets/..",
                             "/v1/wallets/%2e%2e/x",
                             "/v1/wallets/a%2Fb",
                             "/v1/wallets/a%5Cb",
                             "/v1/wallets/%",
                             "/v1/wallets/%0",
                             "/v1/wallets/%zz",
                             "/v1/wallets/%00",
                             "/v1/wallets/%C3%A9",
                             "/v1/wallets?limit=0",
                             "/v1/wallets?limit=501",
                             "/v1/wallets?limit=x",
                             "/v1/wallets?limit=1&limit=2",
                             "/v1/wallets?cursor=",
                             "/v1/wallets?cursor=00",
                             "/v1/wallets?cursor=zz",
                             "/v1/wallets?curser=1",
                             "/v1/status?x=1",
                             "/v1/wallets/101/transactions?kind=theft",
                             "/v1/wallets/101/transactions?outcome=maybe",
                             "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"}) {
    INFO(target);
    const HttpResponse response = driver.answer(get(target));
    CHECK(response.status == 400);
    CHECK(problem_of(response) == "invalid_parameter");
  }
  CHECK(driver.questions.empty());
}

TEST_CASE("What is not there is 404 and a name that is none is 400") {
  ApiDriver driver;
  CHECK(driver.answer(get("/v2/wallets")).status == 404);
  CHECK(driver.answer(get("/v1/wallets/101/transactions/a/b")).status == 404);
  CHECK(problem_of(driver.answer(get("/v1/wallets/a%20b"))) == "invalid_wallet_id");
  CHECK(problem_of(driver.answer(get("/v1/wallets/101/transactions/a%20b"))) == "invalid_transaction_id");
}

TEST_CASE("A wrong method is told which are right") {
  ApiDriver driver;
  const HttpResponse response = driver.answer({"DELETE", "/v1/wallets"});
  CHECK(response.status == 405);
  CHECK(problem_of(response) == "method_not_allowed");
  CHECK(header_of(response, "Allow") == "GET, HEAD, POST");
  CHECK(driver.answer({"OPTIONS", "/v1/wallets/101/deposits"}).status == 405);
}

TEST_CASE("The doors refuse foreign hosts, foreign origins and bodies that are no JSON") {
  ApiDriver driver({.hosts = {"florin.example"}});
  const auto write = [](std::vector<HttpHeader> headers) {
    return post("/v1/wallets/101/deposits", R"({"id":"a","amount_minor":1,"currency":"EUR"})",
                std::move(headers));
  };
  for (const char* host :
       {"evil.example", "localhost.evil.example", "", "127.0.0.1.evil.example:8000", "[::2]"}) {
    INFO(host);
    CHECK(driver.answer(write({{"Host", host}})).status == 421);
  }
  CHECK(driver.answer(write({{"Host", "localhost"}, {"Host", "localhost"}})).status == 400);
  for (const char* origin : {"http://evil.example", "null", "http://localhost:9000", "https://localhost"}) {
    INFO(origin);
    CHECK(driver.answer(write({{"Origin", origin}})).status == 403);
  }
  CHECK(driver.answer(write({{"Sec-Fetch-Site", "cross-site"}})).status == 403);
  for (const char* type : {"text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""}) {
    INFO(type);
    TestRequest request = write({});
    request.headers = {{"Content-Type", type}};
    CHECK(driver.answer(request).status == 415);
  }
  CHECK(driver.commands.empty());
  CHECK(driver.api.counters().refused_at_door == 15);

  for (const char* host : {"localhost:8000", "LOCALHOST", "127.0.0.1:8000", "[::1]:8000", "florin.example"}) {
    INFO(host);
    CHECK(driver.answer({"GET", "/livez", "", {{"Host", host}}}).status == 200);
  }
  driver.send(write({{"Origin", "http://localhost:8000"}, {"Sec-Fetch-Site", "same-origin"}}));
  CHECK(driver.commands.size() == 1);
}

TEST_CASE("A request id is echoed where it is one, and made up where not") {
  ApiDriver driver;
  CHECK(header_of(driver.answer({"GET", "/livez", "", {{"X-Request-Id", "mine-7"}}}), "X-Request-Id") ==
        "mine-7");
  CHECK(header_of(driver.answer({"GET", "/livez", "", {{"X-Request-Id", "a b\r\n"}}}), "X-Request-Id") ==
        "test-1");
  CHECK(header_of(driver.answer(get("/livez")), "X-Request-Id") == "test-2");
}

}  // namespace
}  // namespace florin::test
