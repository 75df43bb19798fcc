#include <string>

#include "ledger/names.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

TEST_CASE("A name is 1 to 64 characters of its alphabet") {
  CHECK(is_name("a"));
  CHECK(is_name("user7~EUR"));
  CHECK(is_name("bank:ref_1.2@x-Y"));
  CHECK(is_name(std::string(64, 'x')));
  CHECK_FALSE(is_name(""));
  CHECK_FALSE(is_name(std::string(65, 'x')));
}

TEST_CASE("Every byte outside the alphabet is refused in a name") {
  const std::string alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:@~-";
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text{'a', static_cast<char>(byte), 'b'};
    INFO(byte);
    CHECK(is_name(text) == (alphabet.find(static_cast<char>(byte)) != std::string::npos));
  }
}

TEST_CASE("A label is well-formed UTF-8 of at most 64 bytes") {
  for (const auto* text : {"Caf\xC3\xA9", "\xE6\x97\xA5\xE6\x9C\xAC", "\xF0\x9F\x90\x9F", " ", "a b",
                           "\xC2\xA0", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
    INFO(text);
    CHECK(is_label(text));
  }
  CHECK_FALSE(is_label(""));
  CHECK_FALSE(is_label(std::string(65, 'x')));
}

TEST_CASE("Bytes that are not UTF-8 are no label") {
  for (const auto* text :
       {"\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\xAF", "\xE0\x9F\xBF", "\xE2\x82",
        "\xE2(\xA1", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x90",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "ok\xFE"}) {
    CHECK_FALSE(is_label(text));
  }
}

TEST_CASE("Control characters are no label") {
  for (unsigned char byte = 0; byte < 0x20; ++byte) {
    CHECK_FALSE(is_label(std::string{'a', static_cast<char>(byte)}));
  }
  CHECK_FALSE(is_label("\x7F"));
  CHECK_FALSE(is_label("\xC2\x80"));
  CHECK_FALSE(is_label("\xC2\x9F"));
}

TEST_CASE("Clients may name every external account but our own") {
  CHECK(is_open_external_account("bank:settlement"));
  CHECK(is_open_external_account("fees"));
  for (const auto* own : {"suspense", "wallets", "escrow", "transit", "", "with space"}) {
    CHECK_FALSE(is_open_external_account(own));
  }
}

TEST_CASE("A card number is known by its length and first digit and check digit") {
  for (const auto* number :
       {"4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "2223003122003222",
        "4222222222222", "4111-1111-1111-1111", "4111.1111.1111.1111"}) {
    INFO(number);
    CHECK(looks_like_card_number(number));
  }
}

TEST_CASE("Long runs of digits are masked but for their last four") {
  CHECK(mask_card_numbers("4111111111111111") == "xxxxxxxxxxxx1111");
  CHECK(mask_card_numbers("4111-1111 1111.1111") == "xxxx-xxxx xxxx.1111");
  CHECK(mask_card_numbers("id 5555555555554444, w") == "id xxxxxxxxxxxx4444, w");
  CHECK(mask_card_numbers("123456789012") == "123456789012");
  CHECK(mask_card_numbers("a1b2") == "a1b2");
  CHECK(mask_card_numbers("").empty());
  CHECK(mask_card_numbers(std::string(100, '7')) == std::string(96, 'x') + "7777");
}

TEST_CASE("What only resembles a card number is taken") {
  for (const auto* text : {
           "",
           "4111111111111112",       // wrong check digit
           "1700000000000000",       // starts like a clock in microseconds
           "0000000000000000",       // no network issues it
           "411111111111",           // twelve digits
           "41111111111111111111",   // twenty
           "card-4111111111111111",  // more than digits
           "4111:1111:1111:1111",    // no grouping of cards
           "4111111111111111~EUR",
       }) {
    INFO(text);
    CHECK_FALSE(looks_like_card_number(text));
  }
}

}  // namespace
}  // namespace florin::test
