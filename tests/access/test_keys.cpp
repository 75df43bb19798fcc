#include <sodium.h>

#include "access/key_file.hpp"
#include "access/key_list.hpp"
#include "base/z85.hpp"
#include "tests/access/access_files.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

constexpr TimeUs kStart{1'700'000'000'000'000};
constexpr std::int64_t kSecondUs = 1'000'000;

std::string key_text(char digit) {
  return std::string(kCurveKeyLength, digit);
}

std::string refused_list(const std::string& text) {
  return access_refusal([&] { static_cast<void>(Keys::parse(text, "keys")); });
}

TEST_CASE("A key file keeps a pair that belongs together") {
  const TempDir directory;
  const NamedKey made{"shop", new_key_pair()};
  write_key_file(directory / "shop.key", made);
  const NamedKey read = read_key_file(directory / "shop.key");
  CHECK(read.name == "shop");
  CHECK(read.keys == made.keys);
  CHECK(is_curve_key(made.keys.public_key));
  CHECK(new_key_pair().secret_key != made.keys.secret_key);
}

TEST_CASE("A key file whose keys do not belong together, or that holds none, is refused") {
  const TempDir directory;
  const NamedKey mixed{"shop", {new_key_pair().public_key, new_key_pair().secret_key}};
  write_key_file(directory / "mixed.key", mixed);
  write_secret_file(directory / "empty.key", "");
  for (const auto* file : {"mixed.key", "empty.key"}) {
    CHECK(says(access_refusal([&] { static_cast<void>(read_key_file(directory / file)); }),
               "holds no pair of keys"));
  }
  CHECK(says(access_refusal([&] { static_cast<void>(read_key_file(directory / "none.key")); }),
             "No such file"));
}

TEST_CASE("A list of keys finds its keys by key and by name") {
  const Keys keys =
      Keys::parse("# head\nzoe read " + key_text('1') + "\nann submit,read " + key_text('2'), "keys");
  REQUIRE(keys.all().size() == 2);
  CHECK(*keys.with_key(key_text('1')) == Caller{"zoe", {Role::read}});
  CHECK(*keys.with_name("ann") == Caller{"ann", {Role::submit, Role::read}});
  CHECK(keys.with_key(key_text('3')) == nullptr);
  CHECK(keys.with_name("bob") == nullptr);
}

TEST_CASE("A list of keys that is wrong is refused with its line") {
  const std::string good = "ann read " + key_text('1') + "\n";
  CHECK(says(refused_list(good + "bob read"), "keys:2: the line has 2 fields"));
  CHECK(says(refused_list("a/b read " + key_text('1')), "keys:1: the line has no name"));
  CHECK(says(refused_list("bob root " + key_text('1')), "keys:1: the line has roles that are none"));
  CHECK(says(refused_list("bob read short"), "keys:1: the line has a public key that is none"));
  CHECK(says(refused_list(good + "ann submit " + key_text('2')), "keys:2: the name or the key of ann"));
  CHECK(says(refused_list(good + "bob read " + key_text('1')), "keys:2: the name or the key of bob"));
}

TEST_CASE("A key is added once") {
  const TempDir directory;
  const auto file = directory / "keys";
  add_key(file, {{"ann", {Role::read}}, key_text('1')});
  add_key(file, {{"bob", {Role::submit}}, key_text('2')});
  CHECK(says(access_refusal([&] { add_key(file, {{"ann", {Role::read}}, key_text('3')}); }), "ann"));
  CHECK(Keys::parse(read_list_file(file), file).all().size() == 2);
}

TEST_CASE("A key that is taken off the list has no roles a second later") {
  const TempDir directory;
  const auto file = directory / "keys";
  add_key(file, {{"ann", {Role::read}}, key_text('1')});
  KeyRing ring(file);
  CHECK(ring.caller("ann", kStart).roles == RoleSet{Role::read});
  write_file(file, "# nobody\n");
  CHECK(ring.caller("ann", kStart.plus(kSecondUs / 2)).roles == RoleSet{Role::read});
  CHECK(ring.caller("ann", kStart.plus(kSecondUs)).roles.empty());
  CHECK(ring.caller(kOwnUser, kStart).roles == RoleSet::all());
  CHECK(ring.caller("", kStart).roles.empty());
}

TEST_CASE("A list that was broken leaves the keys read before, and says why") {
  const TempDir directory;
  const auto file = directory / "keys";
  add_key(file, {{"ann", {Role::read}}, key_text('1')});
  KeyRing ring(file);
  write_file(file, "ann\n");
  CHECK(ring.caller("ann", kStart).roles == RoleSet{Role::read});
  CHECK(says(ring.problem(), ":1: the line has 1 fields"));
  write_file(file, "ann submit " + key_text('1') + "\n");
  CHECK(ring.caller("ann", kStart.plus(2 * kSecondUs)).roles == RoleSet{Role::submit});
  CHECK(ring.problem().empty());
  write_file(file, "ann\n");
  CHECK_FALSE(access_refusal([&] { const KeyRing fresh(file); }).empty());
}

}  // namespace
}  // namespace florin::test
