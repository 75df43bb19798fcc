#pragma once

/// Bearer tokens of HTTP callers. A token is 256 random bits, shown once, when it is made; the file keeps its
/// hash, so whoever reads the file cannot use it.
///
///     # name roles blake2b-256 created expires, times in microseconds since 1970, `-` for never
///     shop submit,read 5f0c...e1 1764547200000000 1772323200000000

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.hpp"
#include "access/watched_list.hpp"
#include "base/digest.hpp"
#include "base/strong.hpp"

namespace florin {

inline constexpr std::size_t kTokensMax = 10'000;

struct Token {
  Caller caller;
  Digest hash;
  TimeUs created;
  std::optional<TimeUs> expires;

  [[nodiscard]] bool is_valid(TimeUs now) const { return !expires || now < *expires; }
};

/// The tokens of a file: a plain value.
class Tokens {
 public:
  /// Throws AccessError with the line.
  [[nodiscard]] static Tokens parse(std::string_view text, const std::filesystem::path& file);

  /// The token of this secret that is valid at `now`.
  [[nodiscard]] const Token* find(std::string_view secret, TimeUs now) const;
  /// In the order of the file.
  [[nodiscard]] const std::vector<Token>& all() const { return tokens_; }

 private:
  std::vector<Token> tokens_;
  std::vector<std::size_t> by_hash_;  ///< places in tokens_
};

/// The tokens of a running gateway: read again when the file changes. One thread.
///
///     TokenList tokens(config.doors.tokens_file);
///     const auto caller = tokens.find(bearer, wall_clock());
///     if (!caller) { /* 401 */ } else if (!caller->roles.has(Role::submit)) { /* 403 */ }
class TokenList {
 public:
  /// Throws AccessError where the file is there and cannot be used.
  explicit TokenList(std::filesystem::path file) : watched_(std::move(file)) {}

  /// Who the caller is; nothing where the token is unknown, expired or revoked. `token` is what stands behind
  /// `Bearer `, from anybody and of any length.
  [[nodiscard]] std::optional<Caller> find(std::string_view token, TimeUs now);
  /// Whether nobody has a token.
  [[nodiscard]] bool empty(TimeUs now) { return watched_.at(now).all().empty(); }
  /// Why the file as it is now is not used; empty where it is.
  [[nodiscard]] const std::string& problem() const { return watched_.problem(); }

 private:
  WatchedList<Tokens> watched_;
};

/// Makes a token, adds it to the file, and gives its secret: `flr_` and 43 characters. Throws AccessError,
/// too where the name has one already.
[[nodiscard]] std::string create_token(const std::filesystem::path& file, const Caller& caller, TimeUs now,
                                       std::optional<TimeUs> expires);
/// Whether there was a token of this name. Throws AccessError.
[[nodiscard]] bool revoke_token(const std::filesystem::path& file, std::string_view name);

}  // namespace florin
