#include "protocol/hash.hpp"

#include <sodium.h>
#include <xxhash.h>

#include "protocol/writer.hpp"

namespace florin {

Digest blake2b(std::string_view bytes) {
  Digest digest;
  crypto_generichash_blake2b(digest.bytes.data(), digest.bytes.size(),
                             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), nullptr, 0);
  return digest;
}

std::uint64_t content_hash(const Command& command) {
  thread_local Writer writer;
  writer.clear();
  // What is not linked keeps the hash that it had before there were links.
  writer.array(command.redrive_of.empty() ? 11 : 12)
      .uint(static_cast<std::uint64_t>(command.kind))
      .uint(static_cast<std::uint64_t>(command.mode))
      .text(command.wallet.view())
      .text(command.id.view())
      .integer(command.amount.value())
      .text(command.currency.code())
      .text(command.external.view())
      .text(command.merchant.view())
      .text(command.reference.view())
      .uint(static_cast<std::uint64_t>(command.freeze));
  command.credit_limit ? writer.integer(command.credit_limit->value()) : writer.nil();
  if (!command.redrive_of.empty()) {
    writer.text(command.redrive_of.view());
  }
  return XXH3_64bits(writer.view().data(), writer.size());
}

}  // namespace florin
