#include "protocol/reader.hpp"
#include "protocol/writer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/show.hpp"

namespace florin::test {
namespace {

TEST_CASE("All integer widths are taken for the same number") {
  for (const auto* hex : {"05", "cc05", "cd0005", "ce00000005", "cf0000000000000005", "d005", "d10005",
                          "d200000005", "d30000000000000005"}) {
    INFO(hex);
    const std::string bytes = from_hex(hex);
    Reader unsigned_reader(bytes);
    CHECK(unsigned_reader.uint("number") == 5);
    unsigned_reader.finish();
    CHECK(unsigned_reader.ok());
    Reader signed_reader(bytes);
    CHECK(signed_reader.integer("number") == 5);
    CHECK(signed_reader.ok());
  }
}

TEST_CASE("All widths of a negative integer are taken as signed and refused as unsigned") {
  for (const auto* hex : {"fb", "d0fb", "d1fffb", "d2fffffffb", "d3fffffffffffffffb"}) {
    INFO(hex);
    const std::string bytes = from_hex(hex);
    Reader signed_reader(bytes);
    CHECK(signed_reader.integer("number") == -5);
    CHECK(signed_reader.ok());
    Reader unsigned_reader(bytes);
    CHECK(unsigned_reader.uint("number") == 0);
    CHECK(unsigned_reader.problem().code == Code::wrong_type);
  }
}

TEST_CASE("The ends of 64 bits are read") {
  const std::string max = from_hex("cfffffffffffffffff");
  Reader unsigned_reader(max);
  CHECK(unsigned_reader.uint("number") == UINT64_MAX);
  Reader signed_reader(max);
  CHECK(signed_reader.integer("number") == 0);
  CHECK(signed_reader.problem().code == Code::malformed);
  Reader lowest(std::string_view("\xd3\x80\0\0\0\0\0\0\0", 9));
  CHECK(lowest.integer("number") == INT64_MIN);
}

TEST_CASE("All widths of text and binary and arrays are taken") {
  for (const auto* hex : {"a161", "d90161", "da000161", "db0000000161"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    CHECK(reader.text("text", 1) == "a");
    CHECK(reader.at_end());
  }
  for (const auto* hex : {"c40161", "c5000161", "c60000000161"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    CHECK(reader.bin("bin", 1) == "a");
  }
  for (const auto* hex : {"9105", "dc000105", "dd0000000105"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    CHECK(reader.array("array") == 1);
  }
  for (const auto* hex : {"810506", "de00010506", "df000000010506"}) {
    const std::string bytes = from_hex(hex);
    Reader reader(bytes);
    CHECK(reader.map("map") == 1);
  }
}

TEST_CASE("Text and binary are not taken for each other") {
  Reader text(std::string_view("\xa1\x61"));
  (void)text.bin("place", 9);
  CHECK(text.problem() == Problem{Code::wrong_type, "place must be binary, not text"});
  Reader bin(std::string_view("\xc4\x01\x61"));
  (void)bin.text("place", 9);
  CHECK(bin.problem() == Problem{Code::wrong_type, "place must be text, not binary"});
}

TEST_CASE("A number that does not fit its bound is refused") {
  Reader reader(std::string_view("\x05"));
  CHECK(reader.uint("number", 4) == 0);
  CHECK(reader.problem().code == Code::malformed);
}

TEST_CASE("The first problem is kept and everything after it reads as nothing") {
  Reader reader(std::string_view("\x93\x05\xa1\x61\x07"));
  (void)reader.array_of(3, "three");
  CHECK(reader.text("first", 9).empty());
  CHECK(reader.uint("second") == 0);
  CHECK_FALSE(reader.take_nil());
  CHECK(reader.skip("rest").empty());
  reader.finish();
  CHECK(reader.problem() == Problem{Code::wrong_type, "first must be text, not unsigned integer"});
}

TEST_CASE("A whole element of any kind can be taken as its bytes") {
  for (const auto* hex : {"c0", "c2", "05", "fb", "ca3f800000", "cb3ff0000000000000", "a161", "c40161",
                          "92a16105", "8105820607c208", "cf0000000000000005"}) {
    const std::string bytes = from_hex(std::string(hex) + "05");
    Reader reader(bytes);
    CHECK(reader.skip("element") == from_hex(hex));
    CHECK(reader.uint("next") == 5);
  }
}

TEST_CASE("Nesting is followed sixteen deep and no deeper") {
  const std::string sixteen = std::string(15, '\x91') + '\x05';
  Reader fits(sixteen);
  CHECK(fits.skip("element") == sixteen);
  const std::string seventeen = std::string(16, '\x91') + '\x05';
  Reader deep(seventeen);
  CHECK(deep.skip("element").empty());
  CHECK(deep.problem().code == Code::malformed);
  Reader bomb(std::string_view("\xdf\xff\xff\xff\xff"));
  CHECK(bomb.skip("element").empty());
  CHECK_FALSE(bomb.ok());
}

TEST_CASE("A place kept for later takes only nil") {
  Reader nil(std::string_view("\xc0"));
  nil.reserved("card");
  CHECK(nil.ok());
  Reader used(std::string_view("\x05"));
  used.reserved("card");
  CHECK(used.problem().code == Code::unsupported_version);
  Reader missing("");
  missing.reserved("card");
  CHECK_FALSE(missing.ok());
}

}  // namespace
}  // namespace florin::test
