// What a reader of queries and their replies could only take by dropping a part of it is refused.

#include "protocol/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

/// A text for `detail` and a number for `payload`, or nil.
std::string reply(Code code, bool detail, bool payload) {
  Writer writer;
  writer.array(6).uint(1).uint(18).uint(7).uint(static_cast<std::uint64_t>(code));
  writer.text_or_nil(detail ? "why" : "").uint_or_nil(payload ? 5 : 0);
  return std::move(writer).take();
}

TEST_CASE("A reply either answers or says why not") {
  CHECK(decode_reply(reply(Code::none, false, true)).value().payload == "\x05");
  CHECK(decode_reply(reply(Code::not_found, true, false)).value().detail == "why");
  CHECK(decode_reply(reply(Code::none, true, true)).error().code == Code::unsupported_version);
  CHECK(decode_reply(reply(Code::not_found, true, true)).error().code == Code::unsupported_version);
}

Code code_of_totals(std::string_view first, std::string_view second) {
  Writer writer;
  writer.array(2);
  for (const std::string_view currency : {first, second}) {
    writer.array(4).text(currency).uint(0).nil().array(2).uint(0).uint(5);
  }
  Reader reader(writer.view());
  static_cast<void>(decode_totals(reader));
  return reader.ok() ? Code::none : reader.problem().code;
}

TEST_CASE("Totals out of order or twice are refused") {
  CHECK(code_of_totals("EUR", "JPY") == Code::none);
  CHECK(code_of_totals("JPY", "EUR") == Code::malformed);
  CHECK(code_of_totals("EUR", "EUR") == Code::malformed);
}

}  // namespace
}  // namespace florin::test
