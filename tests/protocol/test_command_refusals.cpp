// Each way in which a command can be ill-formed has its code, and the text names the element.

#include <functional>

#include "protocol/command_codec.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

Problem problem_of(const std::string& bytes) {
  Reader reader(bytes);
  const auto decoded = decode_command(reader);
  return decoded ? Problem{Code::none, "well-formed"} : decoded.error();
}

/// What stands in the places of a deposit.
struct Places {
  std::function<void(Writer&)> kind = [](Writer& writer) { writer.uint(2); };
  std::function<void(Writer&)> id = [](Writer& writer) { writer.text("d-1"); };
  std::function<void(Writer&)> wallet = [](Writer& writer) { writer.text("alice"); };
  std::function<void(Writer&)> amount = [](Writer& writer) { writer.uint(5); };
  std::function<void(Writer&)> currency = [](Writer& writer) { writer.text("EUR"); };
  std::function<void(Writer&)> options = [](Writer& writer) { writer.map(0); };
};

Problem problem_of(const Places& places) {
  Writer writer;
  writer.array(6);
  for (const auto* place :
       {&places.kind, &places.id, &places.wallet, &places.amount, &places.currency, &places.options}) {
    (*place)(writer);
  }
  return problem_of(std::move(writer).take());
}

using Place = std::function<void(Writer&)> Places::*;

struct Row {
  const char* what;
  Place place;
  std::function<void(Writer&)> value;
  Code code;
  const char* names;
};

const std::string kFloat = from_hex("cb3ff0000000000000");

const std::vector<Row>& rows() {
  static const std::vector<Row> all{
      {"kind as text", &Places::kind, [](Writer& w) { w.text("deposit"); }, Code::wrong_type, "kind"},
      {"negative kind", &Places::kind, [](Writer& w) { w.integer(-1); }, Code::wrong_type, "kind"},
      {"kind 0", &Places::kind, [](Writer& w) { w.uint(0); }, Code::unknown_kind, "kind is 0"},
      {"kind 99", &Places::kind, [](Writer& w) { w.uint(99); }, Code::unknown_kind, "kind is 99"},
      {"kind of another length", &Places::kind, [](Writer& w) { w.uint(6); }, Code::wrong_length, "unfreeze"},
      {"id as number", &Places::id, [](Writer& w) { w.uint(7); }, Code::wrong_type, "id"},
      {"id as binary", &Places::id, [](Writer& w) { w.bin("d-1"); }, Code::wrong_type, "id"},
      {"nil id", &Places::id, [](Writer& w) { w.nil(); }, Code::wrong_type, "id"},
      {"empty id", &Places::id, [](Writer& w) { w.text(""); }, Code::invalid_transaction_id, "id"},
      {"long id", &Places::id, [](Writer& w) { w.text(std::string(65, 'x')); }, Code::invalid_transaction_id,
       "id"},
      {"huge id", &Places::id, [](Writer& w) { w.text(std::string(5000, 'x')); }, Code::malformed, "id"},
      {"id with a blank", &Places::id, [](Writer& w) { w.text("d 1"); }, Code::invalid_transaction_id,
       "`d 1`"},
      {"id with an escape", &Places::id, [](Writer& w) { w.text("\x1b[2J"); }, Code::invalid_transaction_id,
       "\\x1b[2J"},
      {"card number as id", &Places::id, [](Writer& w) { w.text("4111111111111111"); },
       Code::card_number_as_id, "id looks like"},
      {"wallet as array", &Places::wallet, [](Writer& w) { w.array(0); }, Code::wrong_type, "wallet"},
      {"empty wallet", &Places::wallet, [](Writer& w) { w.text(""); }, Code::invalid_wallet_id, "wallet"},
      {"long wallet", &Places::wallet, [](Writer& w) { w.text(std::string(65, 'x')); },
       Code::invalid_wallet_id, "wallet"},
      {"card number as wallet", &Places::wallet, [](Writer& w) { w.text("5555-5555-5555-4444"); },
       Code::card_number_as_id, "wallet looks like"},
      {"amount 0", &Places::amount, [](Writer& w) { w.uint(0); }, Code::invalid_amount, "amount is 0"},
      {"negative amount", &Places::amount, [](Writer& w) { w.integer(-5); }, Code::invalid_amount,
       "amount is -5"},
      {"amount of 2^53", &Places::amount, [](Writer& w) { w.uint(std::uint64_t{1} << 53U); },
       Code::invalid_amount, "amount is 9007199254740992"},
      {"amount of 2^64 - 1", &Places::amount, [](Writer& w) { w.uint(UINT64_MAX); }, Code::invalid_amount,
       "amount"},
      {"amount of -2^63", &Places::amount, [](Writer& w) { w.integer(INT64_MIN); }, Code::invalid_amount,
       "amount"},
      {"float amount", &Places::amount, [](Writer& w) { w.raw(kFloat); }, Code::invalid_amount, "float"},
      {"text amount", &Places::amount, [](Writer& w) { w.text("5"); }, Code::invalid_amount, "amount"},
      {"nil amount", &Places::amount, [](Writer& w) { w.nil(); }, Code::invalid_amount, "amount"},
      {"currency in small letters", &Places::currency, [](Writer& w) { w.text("eur"); },
       Code::unknown_currency, "`eur`"},
      {"currency without minor unit", &Places::currency, [](Writer& w) { w.text("XAU"); },
       Code::unknown_currency, "`XAU`"},
      {"empty currency", &Places::currency, [](Writer& w) { w.text(""); }, Code::unknown_currency,
       "currency"},
      {"currency as number", &Places::currency, [](Writer& w) { w.uint(978); }, Code::wrong_type, "currency"},
      {"options as array", &Places::options, [](Writer& w) { w.array(0); }, Code::wrong_type, "options"},
      {"nil options", &Places::options, [](Writer& w) { w.nil(); }, Code::wrong_type, "options"},
  };
  return all;
}

TEST_CASE("The deposit that the rows spoil is well-formed") {
  CHECK(problem_of(Places{}).code == Code::none);
}

TEST_CASE("Each spoilt element is refused by its code and named") {
  for (const Row& row : rows()) {
    Places places;
    places.*row.place = row.value;
    const Problem problem = problem_of(places);
    INFO(row.what << ": " << problem.detail);
    CHECK(problem.code == row.code);
    CHECK(problem.detail.find(row.names) != std::string::npos);
  }
}

TEST_CASE("Of two spoilt elements the first is named") {
  Places places;
  places.wallet = [](Writer& writer) { writer.text(""); };
  places.amount = [](Writer& writer) { writer.uint(0); };
  CHECK(problem_of(places).code == Code::invalid_wallet_id);
}

TEST_CASE("A command with an element more or fewer is of the wrong length") {
  for (const std::size_t elements : {std::size_t{1}, std::size_t{5}, std::size_t{7}}) {
    Writer writer;
    writer.array(elements).uint(2);
    for (std::size_t i = 1; i < elements; ++i) {
      writer.nil();
    }
    CHECK(problem_of(std::string(writer.view())).code == Code::wrong_length);
  }
  CHECK(problem_of(from_hex("90")).code == Code::wrong_length);
}

TEST_CASE("What is no array at all is of the wrong type or malformed") {
  CHECK(problem_of(from_hex("80")).code == Code::wrong_type);
  CHECK(problem_of(from_hex("01")).code == Code::wrong_type);
  CHECK(problem_of(from_hex("c1")).code == Code::malformed);
  CHECK(problem_of(from_hex("d40100")).code == Code::malformed);
  CHECK(problem_of(std::string()).code == Code::malformed);
}

TEST_CASE("A length that lies is refused before anybody reserves memory for it") {
  CHECK(problem_of(from_hex("ddffffffff02")).code == Code::malformed);
  CHECK(problem_of(from_hex("9602dbffffffff41")).code == Code::malformed);
  CHECK(problem_of(from_hex("9406a3752d31a5616c696365dfffffffff")).code == Code::malformed);
}

}  // namespace
}  // namespace florin::test
