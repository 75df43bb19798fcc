#pragma once

/// What a benchmark sends: each command follows from the seed and its number alone, so that nothing of it has
/// to be kept until the audit, which finds the number in the id.
///
///     bench:SSSSSSSS:NNNNNNNNNNNNNNNN     S: of the run's seed, N: the number, in letters a to p
///
/// Letters, because sixteen digits could be taken for a card's number.

#include <cstdint>
#include <optional>
#include <string>

#include "ledger/command.hpp"

namespace florin {

enum class IdOrder : std::uint8_t {
  ordered,  ///< each id sorts behind the one before
  random,   ///< the numbers are scattered over all ids
};

struct WorkloadOptions {
  std::uint64_t seed = 0;
  std::uint64_t wallets = 1;
  std::uint64_t deposits = 40;  ///< weights of the mix
  std::uint64_t withdrawals = 30;
  std::uint64_t payments = 30;
  IdOrder ids = IdOrder::random;
};

class Workload {
 public:
  explicit Workload(const WorkloadOptions& options);

  [[nodiscard]] Command command(std::uint64_t number) const;
  /// Which command bears this id; nothing where it is of another run, or of none.
  [[nodiscard]] std::optional<std::uint64_t> number_of(const TransactionId& id) const;

  /// What opens and funds a wallet of the benchmark. The same in every run, so later runs change nothing.
  [[nodiscard]] static Command opening(std::uint64_t wallet);
  [[nodiscard]] static Command funding(std::uint64_t wallet);

 private:
  const WorkloadOptions options_;
  std::string id_prefix_;
};

}  // namespace florin
