#include "access/key_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "base/z85.hpp"
#include "ledger/names.hpp"

namespace florin {

namespace {

constexpr std::string_view kKeysHead =
    "# Who may connect to Florin over TCP, by `florin keygen`. To take a key back, remove its line.\n"
    "# name roles public-key\n";

/// What is wrong with a line; nothing where it is a key.
std::optional<std::string> why_no_key(const std::vector<std::string_view>& fields) {
  if (fields.size() != 3) {
    return fmt::format("has {} fields; a key is `name roles public-key`", fields.size());
  }
  if (!is_name(fields[0])) {
    return "has no name of 1 to 64 characters of A-Z a-z 0-9 . _ : @ ~ -";
  }
  if (!parse_roles(fields[1])) {
    return "has roles that are none: name some of submit,read,operate,node,check, each once";
  }
  if (!is_curve_key(fields[2])) {
    return "has a public key that is none: it has 40 characters of Z85, as `florin keygen` prints it";
  }
  return std::nullopt;
}

bool by_name(const KnownKey& a, const KnownKey& b) {
  return a.caller.name < b.caller.name;
}

}  // namespace

Keys Keys::parse(std::string_view text, const std::filesystem::path& file) {
  Keys keys;
  std::set<std::string_view> taken;
  for (const ListLine& line : list_lines(text)) {
    if (const auto wrong = why_no_key(line.fields)) {
      throw AccessError(fmt::format("{}:{}: the line {}", file.string(), line.number, *wrong));
    }
    if (!taken.insert(line.fields[0]).second || !taken.insert(line.fields[2]).second ||
        keys.keys_.size() == kKeysMax) {
      throw AccessError(
          fmt::format("{}:{}: the name or the key of {} is in the list already, or it has more than "
                      "{} keys: remove the line",
                      file.string(), line.number, line.fields[0], kKeysMax));
    }
    keys.keys_.push_back(
        {{std::string(line.fields[0]), *parse_roles(line.fields[1])}, std::string(line.fields[2])});
  }
  std::sort(keys.keys_.begin(), keys.keys_.end(), by_name);
  return keys;
}

const Caller* Keys::with_key(std::string_view public_key) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const KnownKey& key) { return key.public_key == public_key; });
  return found == keys_.end() ? nullptr : &found->caller;
}

const Caller* Keys::with_name(std::string_view name) const {
  const auto found =
      std::lower_bound(keys_.begin(), keys_.end(), name,
                       [](const KnownKey& key, std::string_view wanted) { return key.caller.name < wanted; });
  return found != keys_.end() && found->caller.name == name ? &found->caller : nullptr;
}

void add_key(const std::filesystem::path& file, const KnownKey& key) {
  change_list_file(file, [&](std::string text) {
    text = text.empty() ? std::string(kKeysHead) : std::move(text);
    text += fmt::format("{}{} {} {}\n", text.ends_with('\n') ? "" : "\n", key.caller.name,
                        name(key.caller.roles), key.public_key);
    [[maybe_unused]] const Keys checked = Keys::parse(text, file);
    return text;
  });
}

Caller KeyRing::caller(std::string_view user, TimeUs now) {
  if (user == kOwnUser) {
    return {std::string(user), RoleSet::all()};
  }
  const Caller* known = watched_.at(now).with_name(user);
  return known == nullptr ? Caller{std::string(user), {}} : *known;
}

}  // namespace florin
