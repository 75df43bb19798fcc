#include <limits>
#include <string>

#include "base/int128.hpp"
#include "base/text.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("Bytes read as lower-case hexadecimal") {
  CHECK(to_hex("").empty());
  CHECK(to_hex(std::string_view("\x00\x7f\xff", 3)) == "007fff");
}

TEST_CASE("No control or escape sequence survives escaping") {
  CHECK(escape_bytes("plain text~") == "plain text~");
  CHECK(escape_bytes("\x1b[31m\n") == "\\x1b[31m\\x0a");
  CHECK(escape_bytes("a\\b") == "a\\x5cb");
  CHECK(escape_bytes("\xC3\xA9\x7F") == "\\xc3\\xa9\\x7f");
}

TEST_CASE("Big-endian integers sort as their numbers do") {
  std::string before;
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255},
                                    std::uint64_t{256}, std::uint64_t{1} << 63U, UINT64_MAX}) {
    std::string key;
    append_big_endian(key, value);
    CHECK(key.size() == 8);
    CHECK(read_big_endian(key) == value);
    CHECK((before.empty() || before < key));
    before = key;
  }
}

TEST_CASE("128-bit integers read as decimal text") {
  CHECK(to_text(Int128{0}) == "0");
  CHECK(to_text(Int128{-15}) == "-15");
  const auto min = static_cast<Int128>(Uint128{1} << 127U);
  CHECK(to_text(min) == "-170141183460469231731687303715884105728");
  CHECK(to_text(-(min + 1)) == "170141183460469231731687303715884105727");
}

}  // namespace
}  // namespace florin::test
