#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "protocol/reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/golden.hpp"
#include "tools/present.hpp"

namespace florin::test {
namespace {

WalletState yen_wallet(std::int64_t balance_minor) {
  WalletState state;
  state.status = WalletStatus::open;
  state.currency = currency("JPY");
  state.balance = MinorUnits(balance_minor);
  state.version = WalletVersion(2);
  state.stands_at = SequenceNumber(9);
  return state;
}

EntryRow largest_deposit() {
  Entry entry;
  entry.command = deposit("t1", "100", kAmountMax.value(), "JPY");
  entry.external = ExternalAccount("bank");
  entry.decided = TimeUs(1'700'000'000'123'456);
  entry.sides.push_back({WalletId("100"), SequenceNumber(8), yen_wallet(kAmountMax.value())});
  return {ShardIndex(3), TimeUs(1'700'000'000'123'457), entry};
}

TEST_CASE("Columns are as wide as their widest cell and the last is not padded") {
  Table table({"WALLET", "BALANCE", "N"});
  CHECK(table.empty());
  CHECK(table.text() == "WALLET  BALANCE  N");
  table.add({"100", "12345678.00 EUR", "1"});
  table.add({"a-long-one", "-", "22"});
  CHECK_FALSE(table.empty());
  CHECK(table.text() ==
        "WALLET      BALANCE          N\n"
        "100         12345678.00 EUR  1\n"
        "a-long-one  -                22");
}

TEST_CASE("Rows are sorted by their first column below the heading") {
  Table table({"zz", "n"});
  table.add({"b", "1"});
  table.add({"a", "2"});
  table.add({"b", "0"});
  table.sort();
  CHECK(table.text() == "zz  n\na   2\nb   1\nb   0");
}

TEST_CASE("An entry keeps the largest amount exact with what is needed to read it") {
  const auto json = to_json(largest_deposit());
  CHECK(json.at("amount_minor").is_number_integer());
  CHECK(json.at("currency") == "JPY");
  CHECK(json.at("exponent") == 0);
  CHECK(json.at("amount") == "9007199254740991 JPY");
  CHECK(json.at("external") == "bank");
  CHECK(json.at("shard") == 3);
  CHECK(json.at("sequence") == 9);
  CHECK(json.at("reason").is_null());
  CHECK(json.at("authorized_at") == "2023-11-14T22:13:20.123456Z");
  CHECK(json.at("completed_at") == "2023-11-14T22:13:20.123457Z");
  CHECK(json.at("after").at("currency") == "JPY");
  CHECK(json.at("after").at("exponent") == 0);
  CHECK(json.at("after").at("balance_minor").get<std::int64_t>() == kAmountMax.value());
  CHECK(to_line(json).find("\"amount_minor\":9007199254740991,") != std::string::npos);
}

TEST_CASE("An entry that moves no money tells no amount") {
  EntryRow row = largest_deposit();
  row.entry.command = freeze("t2", "100");
  CHECK_FALSE(to_json(row).contains("amount_minor"));
  CHECK_FALSE(to_json(row).contains("external"));
}

TEST_CASE("A letter about an entry holds bytes that a sender could send again") {
  Letter letter;
  letter.number = LetterNumber(5);
  letter.entry = largest_deposit();
  letter.entry->entry.outcome = Outcome::rejected;
  letter.entry->entry.reason = Code::balance_limit;
  const auto json = to_json(letter);
  CHECK(json.at("letter") == 5);
  CHECK(json.at("needs_action") == false);
  CHECK(json.at("reason") == "balance_limit");
  CHECK(json.at("transaction").at("amount_minor").get<std::int64_t>() == kAmountMax.value());
  const std::string bytes = from_hex(json.at("bytes_hex").get<std::string>());
  Reader reader(bytes);
  CHECK(decode_command(reader).value().command == letter.entry->entry.command);
}

TEST_CASE("A letter about refused bytes shows them as hexadecimal and escaped") {
  Letter letter;
  letter.letter_class = LetterClass::malformed;
  letter.refused = make_refused(TimeUs(1), "\x01peer", {Code::malformed, "no message"}, "\x1b[2J");
  const auto json = to_json(letter);
  CHECK(json.at("reason") == "malformed");
  CHECK(json.at("needs_action") == true);
  CHECK(json.at("bytes_hex") == to_hex("\x1b[2J"));
  CHECK(json.at("bytes_escaped") == "\\x1b[2J");
  CHECK(json.at("length") == 4);
  CHECK_FALSE(json.contains("transaction"));
}

TEST_CASE("An answer that decided nothing tells no state") {
  const auto json = to_json(refusal(Code::overloaded, "queue full", 250));
  CHECK(json.at("resolution") == "refused");
  CHECK(json.at("code") == 301);
  CHECK(json.at("reason") == "overloaded");
  CHECK(json.at("retry_after_ms") == 250);
  CHECK_FALSE(json.contains("after"));
}

TEST_CASE("An answer keeps the wallet's amounts exact with currency and exponent") {
  Answer answer;
  answer.resolution = Resolution::success;
  answer.after = yen_wallet(-kAmountMax.value());
  const auto json = to_json(answer);
  CHECK(json.at("reason").is_null());
  CHECK(json.at("after").at("balance_minor").is_number_integer());
  CHECK(json.at("after").at("available_minor").get<std::int64_t>() == -kAmountMax.value());
  CHECK(json.at("after").at("exponent") == 0);
  answer.after = {};
  CHECK(to_json(answer).at("after").at("exponent").is_null());
}

TEST_CASE("A line of JSON is printed whatever bytes a text holds") {
  CHECK(nlohmann::json::parse(to_line({{"a", "\xFF"}})).at("a") == "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace florin::test
