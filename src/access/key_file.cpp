#include "access/key_file.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <map>

#include "access/list_file.hpp"
#include "base/z85.hpp"

namespace florin {

namespace {

static_assert(crypto_box_PUBLICKEYBYTES == kCurveKeyBytes && crypto_box_SECRETKEYBYTES == kCurveKeyBytes);

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes_of(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

/// The public key of a secret one, which is the text of a key.
std::string public_key_of(const std::string& secret_key) {
  const std::string secret = from_z85(secret_key).value();
  std::string derived(kCurveKeyBytes, '\0');
  crypto_scalarmult_base(bytes_of(derived), bytes_of(secret));
  return to_z85(derived);
}

}  // namespace

KeyPair new_key_pair() {
  std::string public_bytes(kCurveKeyBytes, '\0');
  std::string secret_bytes(kCurveKeyBytes, '\0');
  crypto_box_keypair(bytes_of(public_bytes), bytes_of(secret_bytes));
  return {to_z85(public_bytes), to_z85(secret_bytes)};
}

void write_key_file(const std::filesystem::path& file, const NamedKey& key) {
  write_secret_file(
      file,
      fmt::format("# A secret key of Florin: whoever has it is {0}. Keep it at mode 0600.\nname {0}\npublic "
                  "{1}\nsecret {2}\n",
                  key.name, key.keys.public_key, key.keys.secret_key));
}

NamedKey read_key_file(const std::filesystem::path& file) {
  const std::string text = read_secret_file(file);
  std::map<std::string_view, std::string> found;
  for (const ListLine& line : list_lines(text)) {
    if (line.fields.size() == 2) {
      found.emplace(line.fields[0], line.fields[1]);
    }
  }
  NamedKey key{found["name"], {found["public"], found["secret"]}};
  if (!is_curve_key(key.keys.public_key) || !is_curve_key(key.keys.secret_key) ||
      public_key_of(key.keys.secret_key) != key.keys.public_key) {
    throw AccessError(
        fmt::format("{} holds no pair of keys: it needs the lines `name`, `public` and `secret` that "
                    "`florin keygen` wrote; make a new key if they are lost",
                    file.string()));
  }
  return key;
}

}  // namespace florin
