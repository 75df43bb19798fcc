#pragma once

/// What a benchmark found, for people and for programs.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "tools/bench_book.hpp"
#include "tools/bench_load.hpp"
#include "tools/bench_machine.hpp"
#include "tools/bench_workload.hpp"

namespace florin {

/// How the consumers kept up.
struct ConsumersReport {
  /// A rate only counts where they were drained this soon behind the last answer.
  static constexpr std::uint32_t kDrainMaxMs = 5000;

  std::uint64_t accounting_behind = 0;  ///< entries, as the last answer came
  std::uint64_t dead_letter_behind = 0;
  std::optional<std::uint64_t> drained_ms;  ///< nothing: not within the time that was given

  [[nodiscard]] bool in_time() const { return drained_ms && *drained_ms <= kDrainMaxMs; }
};

struct BooksReport {
  std::uint64_t transactions = 0;
  std::uint64_t discrepancies = 0;
};

struct BenchReport {
  LoadSettings load_settings;
  WorkloadOptions workload;
  std::uint16_t shards = 0;
  std::size_t processes = 0;  ///< that hold shards
  LoadReport load;
  std::optional<WrittenBytes> written_bytes;  ///< by the shards' threads in the window
  ConsumersReport consumers;
  std::optional<AuditReport> audit;  ///< none where it was not asked for
  std::optional<BooksReport> books;

  [[nodiscard]] bool is_open_loop() const { return load_settings.rate > 0; }
  [[nodiscard]] bool audit_passed() const;
  /// Why the rate is none to quote; empty where it is.
  [[nodiscard]] std::string objection() const;
};

[[nodiscard]] nlohmann::ordered_json to_json(const BenchReport& report,
                                             const nlohmann::ordered_json& machine);
/// Lines for people.
[[nodiscard]] std::string to_text(const BenchReport& report, const nlohmann::ordered_json& machine);

}  // namespace florin
