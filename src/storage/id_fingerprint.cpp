#include "storage/id_fingerprint.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

namespace florin {

static_assert(crypto_shorthash_KEYBYTES == Id128::kSize && crypto_shorthash_BYTES == sizeof(std::uint64_t));

Fingerprint Fingerprinter::operator()(IdNamespace id_namespace, const WalletId& wallet,
                                      const TransactionId& id) const {
  // No id holds a zero byte, so no two triples have the same bytes.
  std::array<unsigned char, 2 + 2 * kNameMax> bytes;
  std::size_t size = 0;
  bytes[size++] = static_cast<unsigned char>(id_namespace);
  std::memcpy(&bytes[size], wallet.view().data(), wallet.view().size());
  size += wallet.view().size();
  bytes[size++] = 0;
  std::memcpy(&bytes[size], id.view().data(), id.view().size());
  size += id.view().size();
  std::array<unsigned char, crypto_shorthash_BYTES> hash;
  crypto_shorthash(hash.data(), bytes.data(), size, secret_.bytes.data());
  std::uint64_t value = 0;
  for (const unsigned char byte : hash) {
    value = (value << 8U) | byte;
  }
  const std::uint64_t mask = bits_ >= 64 ? ~std::uint64_t{0} : ~(~std::uint64_t{0} >> bits_);
  return {value & mask};
}

}  // namespace florin
