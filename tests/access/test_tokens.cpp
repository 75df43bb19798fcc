#include "access/token_list.hpp"
#include "tests/access/access_files.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

constexpr TimeUs kNow{1'700'000'000'000'000};
constexpr std::int64_t kSecondUs = 1'000'000;
const Caller kShop{"shop", {Role::submit, Role::read}};

std::string refused_tokens(const std::string& text) {
  return access_refusal([&] { static_cast<void>(Tokens::parse(text, "tokens")); });
}

TEST_CASE("A token is known by its secret, of which the file holds nothing") {
  const TempDir directory;
  const auto file = directory / "tokens";
  const std::string secret = create_token(file, kShop, kNow, std::nullopt);
  const std::string other = create_token(file, {"page", {Role::read}}, kNow, std::nullopt);
  CHECK(secret.size() == 47);
  CHECK(secret.starts_with("flr_"));
  CHECK(secret != other);
  CHECK_FALSE(says(read_list_file(file), secret.substr(4)));
  CHECK(mode_of(file) == kOwnerAlone);
  TokenList tokens(file);
  CHECK(tokens.find(secret, kNow) == kShop);
  CHECK(tokens.find(other, kNow) == Caller{"page", {Role::read}});
  CHECK_FALSE(tokens.empty(kNow));
}

TEST_CASE("What is not the whole token is nobody") {
  const TempDir directory;
  const auto file = directory / "tokens";
  const std::string secret = create_token(file, kShop, kNow, std::nullopt);
  TokenList tokens(file);
  std::string changed = secret;
  changed.back() = changed.back() == 'A' ? 'B' : 'A';
  for (const std::string& wrong : {std::string(), std::string("flr_"), secret.substr(4), secret + "A",
                                   secret.substr(0, 46), changed, std::string(100'000, 'x')}) {
    CHECK_FALSE(tokens.find(wrong, kNow).has_value());
  }
}

TEST_CASE("A token ends when it expires") {
  const TempDir directory;
  const auto file = directory / "tokens";
  const std::string secret = create_token(file, kShop, kNow, kNow.plus(kSecondUs));
  TokenList tokens(file);
  CHECK(tokens.find(secret, kNow.plus(kSecondUs - 1)).has_value());
  CHECK_FALSE(tokens.find(secret, kNow.plus(kSecondUs)).has_value());
}

TEST_CASE("A token that was revoked is nobody a second later, and its name is free") {
  const TempDir directory;
  const auto file = directory / "tokens";
  const std::string secret = create_token(file, kShop, kNow, std::nullopt);
  const std::string other = create_token(file, {"page", {Role::read}}, kNow, std::nullopt);
  CHECK(says(access_refusal([&] { static_cast<void>(create_token(file, kShop, kNow, std::nullopt)); }),
             "florin token revoke shop"));
  TokenList tokens(file);
  CHECK(tokens.find(secret, kNow).has_value());
  CHECK(revoke_token(file, "shop"));
  CHECK_FALSE(revoke_token(file, "shop"));
  CHECK_FALSE(tokens.find(secret, kNow.plus(kSecondUs)).has_value());
  CHECK(tokens.find(other, kNow.plus(kSecondUs)).has_value());
  CHECK(create_token(file, kShop, kNow, std::nullopt) != secret);
}

TEST_CASE("Without a file there are no tokens") {
  const TempDir directory;
  TokenList tokens(directory / "tokens");
  CHECK(tokens.empty(kNow));
  CHECK_FALSE(tokens.find("flr_" + std::string(43, 'A'), kNow).has_value());
}

TEST_CASE("A list of tokens that is wrong is refused with its line") {
  const std::string hash(64, 'a');
  CHECK(refused_tokens("shop read " + hash + " 1 -\n").empty());
  for (const std::string& wrong :
       {"shop read " + hash + " 1", "a/b read " + hash + " 1 -", "shop root " + hash + " 1 -",
        "shop read " + hash.substr(1) + " 1 -", "shop read " + hash + "a 1 -", "shop read " + hash + " x -",
        "shop read " + hash + " 1 never", "shop read " + hash + " -1 -"}) {
    INFO(wrong);
    CHECK(says(refused_tokens("# head\n" + wrong), "tokens:2: a token is"));
  }
  CHECK(says(refused_tokens("shop read " + hash + " 1 -\nshop submit " + hash + " 1 -"),
             "tokens:2: shop has a token already"));
}

}  // namespace
}  // namespace florin::test
