#include "tools/bench_report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "florin_version.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kDurability = "every commit synced to the disk before its answers";

/// In tenths of a percent, so that no answer is needed for a division by zero and no fraction is lost in
/// text.
std::uint64_t refused_per_mille(const LoadReport& load) {
  return load.answered == 0 ? 0 : (load.rejected + load.undecided) * 1000 / load.answered;
}

std::optional<WrittenBytes> written_per_transaction(const BenchReport& report) {
  if (!report.written_bytes || report.load.answered_in_window == 0) {
    return std::nullopt;
  }
  const std::uint64_t answered = report.load.answered_in_window;
  return WrittenBytes{report.written_bytes->written / answered, report.written_bytes->dirtied / answered};
}

Json percentiles(const LatencyHistogram& histogram) {
  return {{"count", histogram.count()},
          {"p50", histogram.percentile_us(500)},
          {"p90", histogram.percentile_us(900)},
          {"p99", histogram.percentile_us(990)},
          {"p99_9", histogram.percentile_us(999)},
          {"max", histogram.max_us()}};
}

std::string percentile_text(const LatencyHistogram& histogram) {
  return fmt::format("p50 {}, p90 {}, p99 {}, p99.9 {}, max {} us", histogram.percentile_us(500),
                     histogram.percentile_us(900), histogram.percentile_us(990), histogram.percentile_us(999),
                     histogram.max_us());
}

std::string_view id_order_name(IdOrder order) {
  switch (order) {
    case IdOrder::ordered: return "ordered";
    case IdOrder::random: return "random";
  }
  return {};
}

Json conditions(const BenchReport& report, const Json& machine) {
  const LoadSettings& load = report.load_settings;
  Json shown{{"mode", report.is_open_loop() ? "open loop" : "closed loop"}};
  if (report.is_open_loop()) {
    shown["rate_wanted"] = load.rate;
  }
  shown["in_flight_max"] = load.in_flight_commands_max;
  shown["batch"] = load.batch_commands;
  shown["wallets"] = report.workload.wallets;
  shown["mix"] = fmt::format("{},{},{}", report.workload.deposits, report.workload.withdrawals,
                             report.workload.payments);
  shown["ids"] = id_order_name(report.workload.ids);
  shown["seed"] = report.workload.seed;
  shown["warm_up_s"] = load.warm_up_s;
  shown["seconds"] = load.window_s;
  shown["shards"] = report.shards;
  shown["shard_processes"] = report.processes;
  shown["durability"] = kDurability;
  shown["version"] = fmt::format("{} ({})", kVersion, kCommit);
  shown["machine"] = machine;
  return shown;
}

Json audit_json(const BenchReport& report) {
  if (!report.audit) {
    return nullptr;
  }
  Json shown{{"passed", report.audit_passed()},
             {"entries", report.audit->entries},
             {"differences", report.audit->differences},
             {"listed", report.audit->listed}};
  if (report.books) {
    shown["verified_transactions"] = report.books->transactions;
    shown["discrepancies"] = report.books->discrepancies;
  }
  return shown;
}

std::string audit_text(const BenchReport& report) {
  if (!report.audit) {
    return "audit: none, as asked\n";
  }
  std::string text;
  for (const std::string& difference : report.audit->listed) {
    text += difference + '\n';
  }
  text += fmt::format("audit: {} answers, {} entries in the journals, {} differences", report.load.answered,
                      report.audit->entries, report.audit->differences);
  return text + (report.books ? fmt::format("; {} transactions decided anew, {} discrepancies\n",
                                            report.books->transactions, report.books->discrepancies)
                              : "\n");
}

std::string head_line(const BenchReport& report) {
  const LoadSettings& load = report.load_settings;
  const std::string mode =
      report.is_open_loop()
          ? fmt::format("open loop, {} a second wanted, latency from the intended time", load.rate)
          : fmt::format("closed loop, {} in flight", load.in_flight_commands_max);
  return fmt::format("{}; {} in a message; {} wallets; ids {}; {} s after {} s of warm-up; seed {}", mode,
                     load.batch_commands, report.workload.wallets, id_order_name(report.workload.ids),
                     load.window_s, load.warm_up_s, report.workload.seed);
}

}  // namespace

bool BenchReport::audit_passed() const {
  return audit && audit->differences == 0 && books && books->discrepancies == 0;
}

std::string BenchReport::objection() const {
  if (load.failure) {
    return *load.failure;
  }
  if (is_open_loop() && !load.kept_schedule()) {
    return fmt::format("the schedule could not be kept: {} a second of {}, and {} us behind it at the end",
                       load.rate(), load_settings.rate, load.lag_at_end_us);
  }
  if (!consumers.in_time()) {
    return fmt::format("the consumers were not drained within {} s", ConsumersReport::kDrainMaxMs / 1000);
  }
  return {};
}

nlohmann::ordered_json to_json(const BenchReport& report, const nlohmann::ordered_json& machine) {
  const LoadReport& load = report.load;
  Json shown{{"rate", load.rate()},
             {"counts", report.objection().empty()},
             {"objection", report.objection()},
             {"latency_us", percentiles(load.latency)},
             {"sent", load.sent},
             {"answered", load.answered},
             {"answered_in_window", load.answered_in_window},
             {"success", load.success},
             {"rejected", load.rejected},
             {"refused", load.undecided},
             {"refusals_per_mille", refused_per_mille(load)},
             {"refusals", Json::object()},
             {"sent_again", load.sent_again}};
  for (const auto& [code, count] : load.by_code) {
    shown["refusals"][std::string(info(code).name)] = count;
  }
  if (report.is_open_loop()) {
    shown["schedule"] = {{"kept", load.kept_schedule()},
                         {"due", load.due_in_window},
                         {"lag_us", percentiles(load.lag)},
                         {"lag_at_end_us", load.lag_at_end_us}};
  }
  const auto written = written_per_transaction(report);
  shown["written_bytes_per_transaction"] = written ? Json(written->written) : Json();
  shown["dirtied_bytes_per_transaction"] = written ? Json(written->dirtied) : Json();
  shown["consumers"] = {
      {"accounting_behind", report.consumers.accounting_behind},
      {"dead_letter_behind", report.consumers.dead_letter_behind},
      {"drained_ms", report.consumers.drained_ms ? Json(*report.consumers.drained_ms) : Json()},
      {"in_time", report.consumers.in_time()}};
  shown["audit"] = audit_json(report);
  shown["conditions"] = conditions(report, machine);
  return shown;
}

std::string to_text(const BenchReport& report, const nlohmann::ordered_json& machine) {
  const LoadReport& load = report.load;
  std::string text = head_line(report) + '\n';
  text += fmt::format("{} cores of {}, {}; {} shards in {} processes; {}\n", machine["cores"].get<unsigned>(),
                      machine["processor"].get<std::string>(), machine["file_system"].get<std::string>(),
                      report.shards, report.processes, kDurability);
  text += fmt::format("{} a second; latency {}\n", load.rate(), percentile_text(load.latency));
  if (report.is_open_loop()) {
    text +=
        fmt::format("schedule lag: {}; {} us at the end\n", percentile_text(load.lag), load.lag_at_end_us);
  }
  const std::uint64_t refused = refused_per_mille(load);
  text +=
      fmt::format("{} answered of {}: {} success, {} rejected, {} refused: {}.{} % not done", load.answered,
                  load.sent, load.success, load.rejected, load.undecided, refused / 10, refused % 10);
  for (const auto& [code, count] : load.by_code) {
    text += fmt::format("; {} {}", info(code).name, count);
  }
  text += fmt::format("; {} sent again\n", load.sent_again);
  const auto written = written_per_transaction(report);
  text += written ? fmt::format("{} bytes written by the shards for a transaction, {} of pages made dirty\n",
                                written->written, written->dirtied)
                  : "bytes written: unknown, the shards' threads cannot be looked at from here\n";
  text += fmt::format("consumers at the end: accounting {} entries behind, dead-letter sink {}; drained {}\n",
                      report.consumers.accounting_behind, report.consumers.dead_letter_behind,
                      report.consumers.drained_ms ? fmt::format("after {} ms", *report.consumers.drained_ms)
                                                  : std::string("never"));
  text += audit_text(report);
  text.pop_back();  // the end of the last line is its printer's
  return text;
}

}  // namespace florin
