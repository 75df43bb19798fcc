#pragma once

/// Which ids are in the inbox, and since when: what makes asking by id work from acceptance on. The router's
/// thread writes it, the thread of queries reads it. As many entries as the inbox holds commands.

#include <absl/container/flat_hash_map.h>

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/strong.hpp"
#include "ledger/names.hpp"

namespace florin {

class InboxIndex {
 public:
  struct Change {
    std::uint64_t key = 0;
    TimeUs accepted;
  };
  /// Stands for the wallet and the id within this process. Two of the same key are told apart by nobody; of
  /// 2^64 keys that a client cannot foretell, with a million in the inbox, one question in 10^13 meets one.
  [[nodiscard]] static std::uint64_t key_of(const WalletId& wallet, const TransactionId& id);

  void add(std::span<const Change> accepted);
  void remove(std::span<const std::uint64_t> decided);
  /// When it was accepted; nothing where it is not in the inbox.
  [[nodiscard]] std::optional<TimeUs> find(const WalletId& wallet, const TransactionId& id) const;

 private:
  struct Entry {
    TimeUs accepted;          ///< the first of them
    std::uint32_t count = 0;  ///< an id that was sent twice is there twice
  };

  mutable std::mutex mutex_;
  absl::flat_hash_map<std::uint64_t, Entry> entries_;
};

}  // namespace florin
