#pragma once

/// The 64 bits under which a transaction id is kept. Keyed, so that nobody who chooses ids can choose which
/// of them share one. Equal ids have equal fingerprints; equal fingerprints prove nothing.

#include <cstdint>

#include "base/digest.hpp"
#include "ledger/names.hpp"
#include "protocol/entry.hpp"

namespace florin {

struct Fingerprint {
  std::uint64_t value = 0;

  auto operator<=>(const Fingerprint&) const = default;
};

/// SipHash-2-4 of (namespace, wallet, id) under a secret of the store, cut to its upper `bits`.
class Fingerprinter {
 public:
  explicit Fingerprinter(const Id128& secret, unsigned bits = 64) : secret_(secret), bits_(bits) {}

  [[nodiscard]] Fingerprint operator()(IdNamespace id_namespace, const WalletId& wallet,
                                       const TransactionId& id) const;

 private:
  Id128 secret_;
  unsigned bits_;
};

}  // namespace florin
