#include <functional>

#include "protocol/command_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

/// The command with its empty map of options replaced.
Result<TracedCommand> decode_with(const Command& command, std::size_t pairs,
                                  const std::function<void(Writer&)>& write_pairs) {
  std::string bytes = packed(command);
  REQUIRE(bytes.back() == '\x80');
  bytes.pop_back();
  Writer writer;
  writer.raw(bytes).map(pairs);
  write_pairs(writer);
  Reader reader(writer.view());
  auto decoded = decode_command(reader);
  reader.finish();
  if (decoded) {
    CHECK(reader.ok());
  }
  return decoded;
}

Code code_with(const Command& command, std::string_view key, const std::function<void(Writer&)>& value) {
  const auto decoded = decode_with(command, 1, [&](Writer& writer) {
    writer.text(key);
    value(writer);
  });
  if (decoded) {
    return Code::none;
  }
  INFO(decoded.error().detail);
  CHECK(decoded.error().detail.find(key) != std::string::npos);
  return decoded.error().code;
}

const Command kPayment = payment("p", "w", 5);

std::function<void(Writer&)> text(const std::string& value) {
  return [value](Writer& writer) { writer.text(value); };
}
std::function<void(Writer&)> number(std::uint64_t value) {
  return [value](Writer& writer) { writer.uint(value); };
}

TEST_CASE("What looks like a card number is taken neither as a reference nor as an external account") {
  for (const auto* card : {"4111111111111111", "5555-5555-5555-4444", "4111.1111.1111.1111"}) {
    INFO(card);
    CHECK(code_with(kPayment, "reference", text(card)) == Code::card_number_as_id);
    CHECK(code_with(kPayment, "external", text(card)) == Code::card_number_as_id);
    const auto refused = decode_with(kPayment, 1, [&](Writer& w) { w.text("external").text(card); });
    CHECK(refused.error().detail == "external looks like a card number");
  }
  CHECK(code_with(kPayment, "reference", text("4111 1111 1111 1111")) == Code::card_number_as_id);
  CHECK(code_with(kPayment, "reference", text("4111111111111112")) == Code::none);
  CHECK(code_with(kPayment, "external", text("1111111111111117")) == Code::none);
}

TEST_CASE("Each option is taken only by the kinds that have it") {
  const std::vector<Command> kinds_of_command{
      open_wallet("o", "w"), deposit("d", "w", 1), withdraw("x", "w", 1), kPayment,
      freeze("f", "w"),      unfreeze("u", "w"),   close_wallet("c", "w")};
  for (const Command& command : kinds_of_command) {
    INFO(name(command.kind));
    const auto expected = [](bool takes) { return takes ? Code::none : Code::unknown_option; };
    CHECK(code_with(command, "mode", text("advise")) == expected(moves_money(command.kind)));
    CHECK(code_with(command, "external", text("fees")) == expected(moves_money(command.kind)));
    CHECK(code_with(command, "merchant", text("Bar")) == expected(command.kind == Kind::payment));
    CHECK(code_with(command, "credit_limit", number(0)) == expected(command.kind == Kind::open));
    CHECK(code_with(command, "reference", text("r")) == Code::none);
    CHECK(code_with(command, "effective_date", number(20260228)) == Code::none);
    CHECK(code_with(command, "trace", [](Writer& w) { w.bin(std::string(16, 't')); }) == Code::none);
  }
}

TEST_CASE("An option that exists for no kind is refused by name and shown escaped") {
  CHECK(code_with(kPayment, "amout", number(1)) == Code::unknown_option);
  const auto decoded = decode_with(kPayment, 1, [](Writer& writer) { writer.text("\x1b[1m").nil(); });
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error().code == Code::unknown_option);
  CHECK(decoded.error().detail.find('\x1b') == std::string::npos);
}

TEST_CASE("An option given twice is refused") {
  const auto decoded = decode_with(
      kPayment, 2, [](Writer& writer) { writer.text("reference").text("a").text("reference").text("a"); });
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error().code == Code::invalid_option);
}

TEST_CASE("An option name that is no short text is refused") {
  const auto as_number = decode_with(kPayment, 1, [](Writer& writer) { writer.uint(1).nil(); });
  CHECK(as_number.error().code == Code::wrong_type);
  const auto too_long = decode_with(kPayment, 1, [](Writer& w) { w.text(std::string(33, 'k')).nil(); });
  CHECK(too_long.error().code == Code::malformed);
}

TEST_CASE("Mode is one of two words") {
  CHECK(code_with(kPayment, "mode", text("authorise")) == Code::none);
  CHECK(code_with(kPayment, "mode", text("authorize")) == Code::invalid_option);
  CHECK(code_with(kPayment, "mode", number(1)) == Code::wrong_type);
}

TEST_CASE("Florin's own accounts cannot be named as external") {
  for (const auto* own : {"suspense", "wallets", "escrow", "transit", "", "a b"}) {
    CHECK(code_with(kPayment, "external", text(own)) == Code::invalid_option);
  }
}

TEST_CASE("Merchant and reference are printable UTF-8 of at most 64 bytes") {
  for (const auto* key : {"merchant", "reference"}) {
    CHECK(code_with(kPayment, key, text("Caf\xC3\xA9")) == Code::none);
    CHECK(code_with(kPayment, key, text("")) == Code::invalid_option);
    CHECK(code_with(kPayment, key, text("\xC3")) == Code::invalid_option);
    CHECK(code_with(kPayment, key, text("a\nb")) == Code::invalid_option);
    CHECK(code_with(kPayment, key, text(std::string(65, 'x'))) == Code::malformed);
    CHECK(code_with(kPayment, key, [](Writer& w) { w.bin("x"); }) == Code::wrong_type);
  }
}

TEST_CASE("An effective date is a day that the calendar has") {
  for (const unsigned day : {20240229U, 20000229U, 20261231U, 19000101U, 99991231U}) {
    CHECK(code_with(kPayment, "effective_date", number(day)) == Code::none);
  }
  for (const std::uint64_t day :
       {std::uint64_t{0}, std::uint64_t{20230229}, std::uint64_t{21000229}, std::uint64_t{20260431},
        std::uint64_t{20261301}, std::uint64_t{20260001}, std::uint64_t{20260100}, std::uint64_t{18991231},
        std::uint64_t{100000101}, UINT64_MAX, (std::uint64_t{1} << 32U) + 20260101}) {
    INFO(day);
    CHECK(code_with(kPayment, "effective_date", number(day)) == Code::invalid_option);
  }
}

TEST_CASE("A credit limit is from zero to the largest amount") {
  const Command open = open_wallet("o", "w");
  CHECK(code_with(open, "credit_limit", number(0)) == Code::none);
  CHECK(code_with(open, "credit_limit", number(9007199254740991)) == Code::none);
  CHECK(code_with(open, "credit_limit", number(9007199254740992)) == Code::invalid_option);
  CHECK(code_with(open, "credit_limit", [](Writer& w) { w.integer(-1); }) == Code::wrong_type);
}

TEST_CASE("New limits without a limit are refused") {
  Writer writer;
  writer.array(5).uint(8).text("l").text("w").text("EUR").map(0);
  Reader reader(writer.view());
  CHECK(decode_command(reader).error().code == Code::invalid_option);
}

TEST_CASE("Async is true or false, and how it is sent is no content") {
  for (const bool is_async : {false, true}) {
    const auto decoded = decode_with(kPayment, 1, [&](Writer& w) { w.text("async").boolean(is_async); });
    REQUIRE(decoded.has_value());
    CHECK(decoded->is_async == is_async);
    CHECK(same_content(decoded->command, kPayment));
  }
  CHECK(code_with(kPayment, "async", text("true")) == Code::wrong_type);
}

TEST_CASE("A trace has 16 bytes") {
  CHECK(code_with(kPayment, "trace", [](Writer& w) { w.bin(std::string(15, 't')); }) == Code::malformed);
  CHECK(code_with(kPayment, "trace", [](Writer& w) { w.bin(std::string(17, 't')); }) == Code::malformed);
  CHECK(code_with(kPayment, "trace", text(std::string(16, 't'))) == Code::wrong_type);
}

TEST_CASE("A freeze has one of three scopes") {
  const auto scope_code = [](std::uint64_t scope) {
    Writer writer;
    writer.array(5).uint(5).text("f").text("w").uint(scope).map(0);
    Reader reader(writer.view());
    const auto decoded = decode_command(reader);
    return decoded ? Code::none : decoded.error().code;
  };
  for (const std::uint64_t scope : {1, 2, 3}) {
    CHECK(scope_code(scope) == Code::none);
  }
  for (const std::uint64_t scope : {std::uint64_t{0}, std::uint64_t{4}, UINT64_MAX}) {
    CHECK(scope_code(scope) == Code::invalid_option);
  }
}

}  // namespace
}  // namespace florin::test
