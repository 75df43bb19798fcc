#include "access/token_list.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <set>

#include "base/text.hpp"
#include "ledger/names.hpp"

namespace florin {

namespace {

constexpr std::string_view kTokensHead =
    "# Tokens of Florin's HTTP callers, by `florin token`. Of a token there is only its hash here.\n"
    "# name roles blake2b-256 created expires (microseconds since 1970, - for never)\n";
constexpr std::string_view kPrefix = "flr_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretLength = 4 + 43;  // 32 bytes in base64 without padding

Digest hash_of(std::string_view secret) {
  Digest hash;
  crypto_generichash(hash.bytes.data(), hash.bytes.size(),
                     reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), nullptr, 0);
  return hash;
}

std::string new_secret() {
  std::array<unsigned char, kSecretBytes> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  std::array<char, sodium_base64_ENCODED_LEN(kSecretBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return std::string(kPrefix) + text.data();
}

std::optional<Digest> parse_hash(std::string_view hex) {
  Digest hash;
  std::size_t length = 0;
  const bool whole = sodium_hex2bin(hash.bytes.data(), hash.bytes.size(), hex.data(), hex.size(), nullptr,
                                    &length, nullptr) == 0 &&
                     length == Digest::kSize;
  return whole ? std::optional(hash) : std::nullopt;
}

std::optional<TimeUs> parse_time_us(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  return parsed.ec == std::errc() && parsed.ptr == end && value >= 0 ? std::optional(TimeUs(value))
                                                                     : std::nullopt;
}

std::optional<Token> parse_token(const std::vector<std::string_view>& fields) {
  if (fields.size() != 5 || !is_name(fields[0])) {
    return std::nullopt;
  }
  const auto roles = parse_roles(fields[1]);
  const auto hash = parse_hash(fields[2]);
  const auto created = parse_time_us(fields[3]);
  const auto expires = parse_time_us(fields[4]);
  if (!roles || !hash || !created || (!expires && fields[4] != "-")) {
    return std::nullopt;
  }
  return Token{{std::string(fields[0]), *roles}, *hash, *created, expires};
}

std::string line_of(const Token& token) {
  return fmt::format("{} {} {} {} {}\n", token.caller.name, name(token.caller.roles),
                     to_hex(token.hash.view()), token.created.value(),
                     token.expires ? std::to_string(token.expires->value()) : "-");
}

}  // namespace

Tokens Tokens::parse(std::string_view text, const std::filesystem::path& file) {
  Tokens tokens;
  std::set<std::string_view> names;
  for (const ListLine& line : list_lines(text)) {
    auto token = parse_token(line.fields);
    if (!token) {
      throw AccessError(
          fmt::format("{}:{}: a token is `name roles hash created expires`. Remove the line, "
                      "and make the token anew with `florin token create`",
                      file.string(), line.number));
    }
    if (!names.insert(line.fields[0]).second || tokens.tokens_.size() == kTokensMax) {
      throw AccessError(
          fmt::format("{}:{}: {} has a token already, or there are more than {}: remove the line",
                      file.string(), line.number, token->caller.name, kTokensMax));
    }
    tokens.tokens_.push_back(std::move(*token));
  }
  tokens.by_hash_.resize(tokens.tokens_.size());
  std::iota(tokens.by_hash_.begin(), tokens.by_hash_.end(), std::size_t{0});
  std::sort(tokens.by_hash_.begin(), tokens.by_hash_.end(), [&](std::size_t a, std::size_t b) {
    return tokens.tokens_[a].hash.bytes < tokens.tokens_[b].hash.bytes;
  });
  return tokens;
}

/// The search tells by its time how far a hash agrees with one of the list. That helps nobody: what hash a
/// guess has nobody can choose. Whether it is the token is then compared in constant time.
const Token* Tokens::find(std::string_view secret, TimeUs now) const {
  if (secret.size() != kSecretLength || !secret.starts_with(kPrefix)) {
    return nullptr;
  }
  const Digest hash = hash_of(secret);
  const auto found = std::lower_bound(
      by_hash_.begin(), by_hash_.end(), hash,
      [this](std::size_t place, const Digest& wanted) { return tokens_[place].hash.bytes < wanted.bytes; });
  if (found == by_hash_.end()) {
    return nullptr;
  }
  const Token& token = tokens_[*found];
  const bool same = sodium_memcmp(token.hash.bytes.data(), hash.bytes.data(), Digest::kSize) == 0;
  return same && token.is_valid(now) ? &token : nullptr;
}

std::optional<Caller> TokenList::find(std::string_view token, TimeUs now) {
  const Token* found = watched_.at(now).find(token, now);
  return found == nullptr ? std::nullopt : std::optional(found->caller);
}

std::string create_token(const std::filesystem::path& file, const Caller& caller, TimeUs now,
                         std::optional<TimeUs> expires) {
  if (!is_name(caller.name)) {
    throw AccessError("a name is 1 to 64 characters of A-Z a-z 0-9 . _ : @ ~ -");
  }
  const std::string secret = new_secret();
  change_list_file(file, [&](std::string text) {
    const Tokens before = Tokens::parse(text, file);
    for (const Token& token : before.all()) {
      if (token.caller.name == caller.name) {
        throw AccessError(
            fmt::format("{} has a token already: `florin token revoke {}` first, or take another name",
                        caller.name, caller.name));
      }
    }
    if (before.all().size() >= kTokensMax) {
      throw AccessError(fmt::format("there are {} tokens, which is the most: revoke one first", kTokensMax));
    }
    text = text.empty() ? std::string(kTokensHead) : std::move(text);
    return text + (text.ends_with('\n') ? "" : "\n") + line_of({caller, hash_of(secret), now, expires});
  });
  return secret;
}

bool revoke_token(const std::filesystem::path& file, std::string_view name) {
  bool found = false;
  change_list_file(file, [&](const std::string& text) {
    const Tokens before = Tokens::parse(text, file);
    std::string kept(kTokensHead);
    for (const Token& token : before.all()) {
      token.caller.name == name ? void(found = true) : void(kept += line_of(token));
    }
    return found ? kept : text;
  });
  return found;
}

}  // namespace florin
