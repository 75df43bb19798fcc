#pragma once

/// Who may connect over TCP: public keys, with the name and the roles of each. Nothing in it is secret.
///
///     # name roles public key
///     shop submit,read  Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.hpp"
#include "access/watched_list.hpp"

namespace florin {

inline constexpr std::size_t kKeysMax = 10'000;

struct KnownKey {
  Caller caller;
  std::string public_key;
};

/// The keys of a file: a plain value.
class Keys {
 public:
  /// Throws AccessError with the line.
  [[nodiscard]] static Keys parse(std::string_view text, const std::filesystem::path& file);

  [[nodiscard]] const Caller* with_key(std::string_view public_key) const;
  [[nodiscard]] const Caller* with_name(std::string_view name) const;
  /// In the order of their names.
  [[nodiscard]] const std::vector<KnownKey>& all() const { return keys_; }

 private:
  std::vector<KnownKey> keys_;
};

/// Adds a key to the file, durably. Throws AccessError, too where the name or the key is there already.
void add_key(const std::filesystem::path& file, const KnownKey& key);

/// Who is at the other end of a connection that the ZAP handler has let in. The list is asked for each
/// message, so a key that was taken off it can do nothing more, though its connection lasts. One thread.
class KeyRing {
 public:
  /// Throws AccessError where the file is there and cannot be used.
  explicit KeyRing(std::filesystem::path file) : watched_(std::move(file)) {}

  /// `user` is the User-Id of a message. Whoever is not known has no roles.
  [[nodiscard]] Caller caller(std::string_view user, TimeUs now);
  [[nodiscard]] const Keys& keys(TimeUs now) { return watched_.at(now); }
  /// Why the file as it is now is not used; empty where it is.
  [[nodiscard]] const std::string& problem() const { return watched_.problem(); }

 private:
  WatchedList<Keys> watched_;
};

/// The User-Id of Florin's own parts, which hold the server's secret key: they have every role. No name of a
/// key can be like it.
inline constexpr std::string_view kOwnUser = "florin itself";

}  // namespace florin
