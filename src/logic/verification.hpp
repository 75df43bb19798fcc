#pragma once

/// Proves that the books are right: decides every journal anew with the ledger and compares all that was
/// derived with what should have been. Works on a running store too: a wallet or account is compared at the
/// version it had when it was read, while the journal is walked past it.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/int128.hpp"
#include "base/strong.hpp"
#include "ledger/postings.hpp"
#include "protocol/query.hpp"

namespace florin {

/// Who can be asked.
enum class OwnerRole : std::uint8_t { shard, router, accounting, dead_letter };
struct Owner {
  OwnerRole role = OwnerRole::shard;
  ShardIndex shard;  ///< only for OwnerRole::shard
};
[[nodiscard]] std::string text(const Owner& owner);

/// Asks an owner: over its socket, or a stopped store opened under its lock.
using Asker = std::function<Result<std::string>(const Owner&, QueryKind, std::string_view parameters)>;

struct Discrepancy {
  std::string where;
  std::string what;
};

struct VerificationReport {
  std::uint64_t transactions = 0;  ///< journal entries decided anew
  std::uint64_t records = 0;
  std::uint64_t wallets = 0;
  std::uint64_t accounts = 0;
  std::uint64_t lines = 0;  ///< of statements
  std::uint64_t letters = 0;
  std::uint64_t discrepancies = 0;
  std::vector<Discrepancy> listed;  ///< the first 100
  std::vector<std::string> notes;   ///< what could not be compared, and consumers that are behind
  Totals totals;                    ///< over all shards

  void add(std::string where, std::string what);
};

/// Takes entries decided so far.
using Progress = std::function<void(std::uint64_t)>;

/// Throws StoreFault where a shard cannot be asked.
[[nodiscard]] VerificationReport verify_books(const Asker& ask_anybody, std::uint16_t shards,
                                              const Progress& progress);

}  // namespace florin
