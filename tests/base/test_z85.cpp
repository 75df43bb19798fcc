#include "base/z85.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("Z85 is as its RFC has it") {
  CHECK(to_z85("\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B") == "HelloWorld");
  CHECK(from_z85("HelloWorld") == "\x86\x4F\xD2\x6F\xB5\x59\xF7\x5B");
  CHECK(to_z85(std::string(4, '\xff')) == "%nSc0");
  CHECK(from_z85("%nSc0") == std::string(4, '\xff'));
}

TEST_CASE("What is no Z85 is told from what is") {
  CHECK_FALSE(from_z85("Hello Worl").has_value());  // a blank
  CHECK_FALSE(from_z85("Hello").value_or("").empty());
  CHECK_FALSE(from_z85("HelloW").has_value());  // no whole group
  CHECK_FALSE(from_z85("%nSc1").has_value());   // one more than 32 bits
  CHECK_FALSE(from_z85("#####").has_value());
}

TEST_CASE("A CURVE key has 40 characters") {
  CHECK(is_curve_key(std::string(40, '0')));
  CHECK_FALSE(is_curve_key(std::string(35, '0')));
  CHECK_FALSE(is_curve_key(std::string(45, '0')));
  CHECK_FALSE(is_curve_key(std::string(39, '0') + "~"));
  CHECK_FALSE(is_curve_key(""));
}

}  // namespace
}  // namespace florin::test
