#include "ledger/decide.hpp"
#include "routing/shard_of.hpp"
#include "tests/gateway/api_driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

WalletState state_of(std::int64_t balance_minor) {
  WalletState state;
  state.status = WalletStatus::open;
  state.currency = currency("KWD");
  state.balance = MinorUnits(balance_minor);
  return state;
}

std::string packed_wallet(std::string_view wallet, const WalletState& state) {
  Writer writer;
  encode_wallet_row(writer, {WalletId(wallet), state});
  return std::move(writer).take();
}

std::string wallets_page(const std::vector<std::string>& wallets, bool more) {
  Writer writer;
  writer.array(2).array(wallets.size());
  for (const std::string& wallet : wallets) {
    encode_wallet_row(writer, {WalletId(wallet), state_of(1)});
  }
  writer.boolean(more);
  return std::move(writer).take();
}

EntryRow entry_row(const Command& command, std::uint64_t sequence, Outcome outcome = Outcome::success) {
  EntryRow row;
  row.committed = TimeUs(1'700'000'000'000'000);
  row.entry.command = command;
  row.entry.outcome = outcome;
  row.entry.reason = outcome == Outcome::success ? Code::none : Code::insufficient_funds;
  row.entry.external = ExternalAccount("bank:settlement");
  Side side;
  side.wallet = command.wallet;
  side.after = state_of(5);
  side.after.stands_at = SequenceNumber(sequence);
  row.entry.sides.push_back(side);
  return row;
}

/// Deposits of wallet 101 with these sequences; the odd ones were rejected.
std::string history_page(const std::vector<std::uint64_t>& sequences, bool more) {
  Writer writer;
  writer.array(2).array(sequences.size());
  for (const std::uint64_t sequence : sequences) {
    encode_entry_row(writer, entry_row(deposit("d-" + std::to_string(sequence), "101", 1), sequence,
                                       sequence % 2 == 0 ? Outcome::success : Outcome::rejected));
  }
  writer.boolean(more);
  return std::move(writer).take();
}

std::vector<std::string> ids_of(const nlohmann::json& page) {
  std::vector<std::string> ids;
  for (const auto& transaction : page["transactions"]) {
    ids.push_back(transaction["id"]);
  }
  return ids;
}

TEST_CASE("A balance is asked of the shard that owns the wallet") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(get("/v1/wallets/alice/balance"));
  REQUIRE(driver.questions.size() == 1);
  CHECK(driver.questions[0].question.owner == Owner{Part::shard, shard_of(WalletId("alice"), 4)});
  CHECK(driver.questions[0].question.kind == QueryKind::wallet);
  driver.reply(driver.questions[0].tag, packed_wallet("alice", state_of(1234)));
  const HttpResponse response = driver.response(exchange);
  CHECK(response.status == 200);
  const auto json = json_of(response);
  CHECK(json["balance_minor"] == 1234);
  CHECK(json["currency"] == "KWD");
  CHECK(json["exponent"] == 3);
  CHECK(header_of(response, "Cache-Control") == "no-store");
  CHECK(header_of(response, "X-Content-Type-Options") == "nosniff");
}

TEST_CASE("A wallet that was never heard of, or never opened, is 404") {
  ApiDriver driver;
  const ExchangeId unknown = driver.send(get("/v1/wallets/alice"));
  driver.reply(driver.questions[0].tag, problem(Code::not_found, "wallet alice was never heard of"));
  CHECK(driver.response(unknown).status == 404);
  const ExchangeId absent = driver.send(get("/v1/wallets/alice"));
  driver.reply(driver.questions[1].tag, packed_wallet("alice", {}));
  CHECK(driver.response(absent).status == 404);
}

TEST_CASE("An owner that is not there, or too slow, is 503 with Retry-After") {
  ApiDriver driver({.query_timeout_ms = 500});
  const ExchangeId absent = driver.send(get("/v1/wallets/alice"));
  driver.reply(driver.questions[0].tag, problem(Code::owner_absent, "nobody stands there"));
  CHECK(driver.response(absent).status == 503);
  const ExchangeId slow = driver.send(get("/v1/wallets/alice"));
  driver.pass_ms(500);
  CHECK(driver.response(slow).status == 503);
  CHECK(header_of(driver.response(slow), "Retry-After") == "1");
  driver.reply(driver.questions[1].tag, packed_wallet("alice", state_of(1)));  // too late, and harmless
  CHECK(driver.responses.size() == 2);
}

TEST_CASE("A reply that cannot be read is a problem and no crash") {
  ApiDriver driver;
  for (const char* target : {"/v1/wallets/a", "/v1/wallets/a/transactions", "/v1/wallets/a/transactions/b"}) {
    const ExchangeId exchange = driver.send(get(target));
    driver.reply(driver.questions.back().tag, "\xC1 nonsense");
    CHECK(driver.response(exchange).status >= 400);
  }
  const std::size_t before = driver.questions.size();
  const ExchangeId status = driver.send(get("/v1/status"));
  for (std::size_t i = before; i < driver.questions.size(); ++i) {
    driver.reply(driver.questions[i].tag, "\xC1 nonsense");
  }
  CHECK(driver.response(status).status == 200);
}

TEST_CASE("The wallets of all shards are one list in order, page by page") {
  ApiDriver driver({}, 2);
  const ExchangeId first = driver.send(get("/v1/wallets?limit=3"));
  REQUIRE(driver.questions.size() == 2);
  driver.reply(driver.questions[1].tag, wallets_page({"b", "d"}, false));
  CHECK_FALSE(driver.maybe_response(first));
  driver.reply(driver.questions[0].tag, wallets_page({"a", "c", "e"}, true));
  const auto page = json_of(driver.response(first));
  REQUIRE(page["wallets"].size() == 3);
  CHECK(page["wallets"][0]["wallet"] == "a");
  CHECK(page["wallets"][2]["wallet"] == "c");

  const ExchangeId second =
      driver.send(get("/v1/wallets?limit=3&cursor=" + page["next_cursor"].get<std::string>()));
  Reader parameters(driver.questions[2].question.parameters);
  parameters.array_of(2, "parameters");
  CHECK(parameters.text("after", 64) == "c");
  driver.reply(driver.questions[2].tag, wallets_page({"e"}, false));
  driver.reply(driver.questions[3].tag, wallets_page({"d"}, false));
  CHECK(json_of(driver.response(second))["wallets"][0]["wallet"] == "d");
  CHECK(json_of(driver.response(second))["next_cursor"].is_null());
}

TEST_CASE("A cursor is good for its own list with its own filters alone") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(get("/v1/wallets/101/transactions?limit=1&outcome=success"));
  driver.reply(driver.questions[0].tag, history_page({8, 6}, true));
  const std::string cursor = json_of(driver.response(exchange))["next_cursor"];
  for (const std::string list :
       {"/v1/wallets?", "/v1/wallets/102/transactions?outcome=success&", "/v1/wallets/101/transactions?",
        "/v1/wallets/101/transactions?outcome=error&"}) {
    INFO(list);
    CHECK(problem_of(driver.answer(get(list + "cursor=" + cursor))) == "invalid_parameter");
  }
  driver.send(get("/v1/wallets/101/transactions?limit=5&outcome=success&cursor=" + cursor));
  CHECK(driver.questions.size() == 2);
}

TEST_CASE("A filter goes on asking until the page is full") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(get("/v1/wallets/101/transactions?limit=2&outcome=rejected"));
  driver.reply(driver.questions.at(0).tag, history_page({9, 8}, true));
  CHECK_FALSE(driver.maybe_response(exchange));
  Reader parameters(driver.questions.at(1).question.parameters);
  parameters.array_of(3, "parameters");
  CHECK(parameters.text("wallet", 64) == "101");
  CHECK(parameters.uint("before") == 8);
  driver.reply(driver.questions[1].tag, history_page({7, 6}, true));
  const auto page = json_of(driver.response(exchange));
  CHECK(ids_of(page) == std::vector<std::string>{"d-9", "d-7"});
  CHECK(page["next_cursor"].is_string());
  CHECK(page["transactions"][0]["reason"] == "insufficient_funds");
}

/// The shard, the inbox and the shard again have none.
void not_found_anywhere(ApiDriver& driver) {
  for (int asked = 0; asked < 3; ++asked) {
    driver.reply(driver.questions.back().tag, problem(Code::not_found, "no such transaction"));
  }
}

TEST_CASE("A transaction can be asked for from the moment it is taken") {
  ApiDriver driver;
  const std::string target = "/v1/wallets/101/transactions/d-1";
  driver.send(post("/v1/wallets/101/deposits", R"({"id":"d-1","amount_minor":5,"currency":"EUR"})"));
  const ExchangeId early = driver.send(get(target));
  not_found_anywhere(driver);
  CHECK(driver.response(early).status == 200);
  CHECK(json_of(driver.response(early))["state"] == "requested");
  CHECK(json_of(driver.response(early))["resolution"].is_null());

  driver.decide(driver.commands[0].tag, decided(Resolution::success, Code::none, 5));
  const ExchangeId late = driver.send(get(target));
  Writer row;
  encode_entry_row(row, entry_row(deposit("d-1", "101", 5), 7));
  driver.reply(driver.questions.back().tag, std::string(row.view()));
  CHECK(json_of(driver.response(late))["state"] == "completed");
  CHECK(json_of(driver.response(late))["external"] == "bank:settlement");

  const ExchangeId other = driver.send(get("/v1/wallets/101/transactions/d-2"));
  not_found_anywhere(driver);
  CHECK(driver.response(other).status == 404);
}

TEST_CASE("A transaction in the inbox is shown as queued, also while its shard is away") {
  for (const Code code : {Code::not_found, Code::owner_absent}) {
    ApiDriver driver;
    const ExchangeId exchange = driver.send(get("/v1/wallets/101/transactions/d-1"));
    driver.reply(driver.questions.back().tag, problem(code, "not here"));
    CHECK(driver.questions.back().question.owner == Owner{Part::router, {}});
    Writer row;
    encode_queued_row(row, {TimeUs(1'699'999'999'000'000), TimeUs(1'700'000'000'000'000)});
    driver.reply(driver.questions.back().tag, std::string(row.view()));
    const auto json = json_of(driver.response(exchange));
    CHECK(json["state"] == "queued");
    CHECK(json["queued_at"] == "2023-11-14T22:13:20.000000Z");
  }
}

TEST_CASE("A transaction that leaves the inbox while it is looked for is found at its shard") {
  ApiDriver driver;
  const ExchangeId exchange = driver.send(get("/v1/wallets/101/transactions/d-1"));
  driver.reply(driver.questions.back().tag, problem(Code::not_found, "not yet"));
  driver.reply(driver.questions.back().tag, problem(Code::not_found, "no more"));
  Writer row;
  encode_entry_row(row, entry_row(deposit("d-1", "101", 5), 7));
  driver.reply(driver.questions.back().tag, std::string(row.view()));
  CHECK(json_of(driver.response(exchange))["state"] == "completed");
}

std::string router_status(bool second_ready) {
  return [&] {
    const auto bytes =
        nlohmann::json::to_msgpack({{"process", "run-1"},
                                    {"shards",
                                     {{{"shard", 0}, {"ready", true}, {"worker", "w-1"}, {"silent_ms", 3}},
                                      {{"shard", 1},
                                       {"ready", second_ready},
                                       {"worker", second_ready ? "w-1" : ""},
                                       {"silent_ms", 9}}}}});
    return std::string(bytes.begin(), bytes.end());
  }();
}

TEST_CASE("Florin is ready once every shard has a worker") {
  ApiDriver driver({}, 2);
  const ExchangeId not_yet = driver.send(get("/readyz"));
  driver.reply(driver.questions[0].tag, router_status(false));
  CHECK(driver.response(not_yet).status == 503);
  CHECK(json_of(driver.response(not_yet))["detail"] == "not ready: shards without a worker: 1");
  const ExchangeId ready = driver.send(get("/readyz"));
  driver.reply(driver.questions[1].tag, router_status(true));
  CHECK(driver.response(ready).status == 200);
  const ExchangeId absent = driver.send(get("/readyz"));
  driver.reply(driver.questions[2].tag, problem(Code::owner_absent, "nobody"));
  CHECK(driver.response(absent).status == 503);
  CHECK(driver.answer(get("/livez")).status == 200);
  CHECK(json_of(driver.answer(get("/version")))["name"] == "florin");
}

TEST_CASE("Workers are shown with their shards and shards with their workers") {
  ApiDriver driver({}, 2);
  const ExchangeId workers = driver.send(get("/v1/workers"));
  driver.reply(driver.questions[0].tag, router_status(true));
  const auto list = json_of(driver.response(workers))["workers"];
  REQUIRE(list.size() == 1);
  CHECK(list[0]["worker"] == "w-1");
  CHECK(list[0]["shards"] == nlohmann::json({0, 1}));
  CHECK(list[0]["silent_ms"] == 9);

  const ExchangeId shards = driver.send(get("/v1/shards"));
  REQUIRE(driver.questions.size() == 4);
  driver.reply(driver.questions[1].tag, router_status(true));
  driver.reply(driver.questions[2].tag, "\x81\xA5phase\xA7serving");
  driver.reply(driver.questions[3].tag, problem(Code::owner_absent, "nobody stands there"));
  const auto rows = json_of(driver.response(shards))["shards"];
  CHECK(rows[0]["phase"] == "serving");
  CHECK(rows[0]["worker"] == "w-1");
  CHECK(rows[1]["phase"] == "not answering");
}

TEST_CASE("HEAD is GET without its body") {
  ApiDriver driver;
  const HttpResponse response = driver.answer({"HEAD", "/livez"});
  CHECK(response.status == 200);
  const std::string head = wire_bytes(response, Connection::keep_alive, true);
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"));
  CHECK(head.ends_with("\r\n\r\n"));
  const std::string whole = wire_bytes(response, Connection::close, false);
  CHECK(whole.find("Connection: close\r\n") != std::string::npos);
  CHECK(whole.ends_with("\r\n\r\n{\"live\":true}"));
}

}  // namespace
}  // namespace florin::test
