/// `florin bench`: load on a running node, what it did to it, and an audit of all it was told.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tools/bench_audit.hpp"
#include "tools/bench_machine.hpp"
#include "tools/bench_report.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"
#include "tools/traffic.hpp"

namespace florin {

namespace {

constexpr std::string_view kBenchExamples = R"(
Examples:
  florin bench --rate 50000 --batch 16          open loop: so many a second, late or not
  florin bench --in-flight 64                   closed loop: as fast as answers come
  florin bench --in-flight 8189 --batch 8189 --ids ordered --seconds 20
  florin bench --async --in-flight 16384 --batch 64   how fast commands are accepted; only the router need run
  florin bench --machine /tmp/here --seconds 2  LMDB and ZeroMQ alone

The node must be running. The benchmark's wallets stay in it, with money that is worth nothing: do not use a data
directory that matters. Exit code 1 where the rate was not kept or is none to quote, 3 where the audit failed.
)";

/// How long the consumers are waited for. It is longer than they may take, to tell how long they took.
constexpr std::uint32_t kDrainPatienceMs = 60'000;

struct BenchOptions {
  std::uint64_t rate = 10'000;
  std::size_t in_flight = 0;  ///< 0: open loop
  std::size_t batch = 1;
  std::uint64_t wallets = 10'000;
  std::uint32_t seconds = 10;
  std::uint32_t warm_up_s = 2;
  std::uint32_t give_up_s = 30;
  std::optional<std::uint64_t> seed;
  std::string ids = "random";
  std::string mix = "40,30,30";
  std::string machine;
  bool no_audit = false;
  bool is_async = false;

  /// In the open loop as many wait for answers as the router lets one client have.
  [[nodiscard]] LoadSettings load_settings(const RouterLimits& router) const {
    const bool is_closed = in_flight > 0;
    return {is_closed ? 0 : rate,
            is_closed ? in_flight : router.client_in_flight_commands_max,
            batch,
            warm_up_s,
            seconds,
            give_up_s,
            is_async};
  }
};

Result<WorkloadOptions> workload_options(const BenchOptions& options) {
  TrafficOptions mix;
  if (!parse_mix(options.mix, mix)) {
    return problem(Code::invalid_option,
                   "--mix takes three weights up to 1000: deposits,withdrawals,payments");
  }
  if (options.in_flight > 0 && options.in_flight < options.batch) {
    return problem(Code::invalid_option,
                   "--in-flight is smaller than --batch, so that not one message could go out");
  }
  return WorkloadOptions{.seed = options.seed ? *options.seed : std::random_device()(),
                         .wallets = options.wallets,
                         .deposits = mix.deposits,
                         .withdrawals = mix.withdrawals,
                         .payments = mix.payments,
                         .ids = options.ids == "ordered" ? IdOrder::ordered : IdOrder::random};
}

/// Waits until both consumers hold all that the journals hold.
ConsumersReport drain_consumers(StoreAccess& access) {
  const auto started = std::chrono::steady_clock::now();
  const auto waited_ms = [&] {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started)
            .count());
  };
  const Positions heads = journal_heads(access);
  ConsumersReport report;
  report.accounting_behind = entries_behind(consumer_positions(access, OwnerRole::accounting), heads);
  report.dead_letter_behind = entries_behind(consumer_positions(access, OwnerRole::dead_letter), heads);
  for (const OwnerRole consumer : {OwnerRole::accounting, OwnerRole::dead_letter}) {
    while (is_behind(consumer_positions(access, consumer), heads)) {
      if (!access.is_live({consumer, {}}) || waited_ms() > kDrainPatienceMs) {
        return report;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  report.drained_ms = waited_ms();
  return report;
}

ShardWriters shard_writers(const Config& config, const StoreFacts& facts) {
  const DataDirectory data = DataDirectory::open(config.data_dir);
  std::vector<std::filesystem::path> directories;
  for (std::uint16_t i = 0; i < facts.shards; ++i) {
    directories.push_back(data.shard(ShardIndex(i)));
  }
  return ShardWriters(directories);
}

BenchReport measure(const Config& config, const BenchOptions& options, const WorkloadOptions& wanted,
                    StoreAccess& access) {
  BenchReport report;
  report.load_settings = options.load_settings(config.router);
  report.workload = wanted;
  report.shards = access.facts().shards;
  fund_wallets(config.endpoints.front, config.doors.client, wanted.wallets);
  // What funding them left to do is not part of what is measured.
  (void)drain_consumers(access);
  const ShardWriters writers = shard_writers(config, access.facts());
  report.processes = writers.processes();
  const Workload workload(wanted);
  const Positions before = journal_heads(access);
  BenchBook book;
  std::vector<std::optional<WrittenBytes>> written;
  BenchLoad load(config.endpoints.front, config.doors.client, report.load_settings, workload, book,
                 [&] { written.push_back(writers.written_bytes()); });
  report.load = load.run();
  if (written.size() == 2 && written[0] && written[1]) {
    report.written_bytes =
        WrittenBytes{written[1]->written - written[0]->written, written[1]->dirtied - written[0]->dirtied};
  }
  report.consumers = drain_consumers(access);
  if (!options.no_audit) {
    report.audit = audit_journals(access, before, book, workload);
    const VerificationReport books = verify_books(access.asker(), report.shards, [](std::uint64_t) {});
    report.books = BooksReport{books.transactions, books.discrepancies};
  }
  return report;
}

/// How fast commands are accepted. What they come to is no part of it: there need be no worker.
int bench_async(const CommonOptions& common, const Config& config, const BenchOptions& options,
                const WorkloadOptions& wanted) {
  fund_wallets(config.endpoints.front, config.doors.client, wanted.wallets, true);
  const Workload workload(wanted);
  BenchBook book;
  BenchLoad load(config.endpoints.front, config.doors.client, options.load_settings(config.router), workload,
                 book, [] {});
  const LoadReport report = load.run();
  if (common.json) {
    print_line(to_line({{"accepted_per_second", report.rate()},
                        {"accepted", report.queued},
                        {"refused", report.undecided},
                        {"sent_again", report.sent_again},
                        {"p50_us", report.latency.percentile_us(500)},
                        {"p99_us", report.latency.percentile_us(990)}}));
  } else {
    print_line(
        fmt::format("{} accepted a second; {} accepted, {} refused, {} sent again; p50 {} us, p99 {} us",
                    report.rate(), report.queued, report.undecided, report.sent_again,
                    report.latency.percentile_us(500), report.latency.percentile_us(990)));
  }
  if (report.failure) {
    print_error(*report.failure);
  }
  return report.failure ? kExitFault : kExitOk;
}

bool is_running(StoreAccess& access) {
  bool running = access.is_live({OwnerRole::router, {}});
  for (std::uint16_t i = 0; i < access.facts().shards; ++i) {
    running = running && access.is_live({OwnerRole::shard, ShardIndex(i)});
  }
  return running;
}

int bench(const CommonOptions& common, const BenchOptions& options) {
  const auto wanted = workload_options(options);
  if (!wanted) {
    print_error(wanted.error().detail);
    return kExitUsage;
  }
  if (!options.machine.empty()) {
    print_line(measure_machine(options.machine, options.seconds).dump(common.json ? -1 : 2));
    return kExitOk;
  }
  const Config config = common.load();
  StoreAccess access(config, "florin bench");
  if (options.is_async && access.is_live({OwnerRole::router, {}})) {
    return bench_async(common, config, options, *wanted);
  }
  if (!is_running(access)) {
    print_error("router and shards are not all running: start `florin run` first");
    return kExitFault;
  }
  const BenchReport report = measure(config, options, *wanted, access);
  const auto machine = describe_machine(config.data_dir);
  print_line(common.json ? to_line(to_json(report, machine)) : to_text(report, machine));
  if (!report.objection().empty()) {
    print_error(report.objection());
  }
  if (report.audit && !report.audit_passed()) {
    print_error(
        "the audit failed: what was told and what the journals hold differ, or the books do not balance");
    return kExitDiscrepancy;
  }
  return report.objection().empty() ? kExitOk : kExitFault;
}

}  // namespace

void add_bench(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand("bench", "measure a running node, and audit what it answered");
  auto* rate =
      command->add_option("--rate", options->rate, "open loop: commands a second, whatever the node does")
          ->check(CLI::Range(1, 100'000'000))
          ->capture_default_str();
  command
      ->add_option("--in-flight", options->in_flight, "closed loop instead: commands sent and not answered")
      ->check(CLI::Range(1, 1'000'000))
      ->excludes(rate);
  command->add_option("--batch", options->batch, "commands in a message")
      ->check(CLI::Range(1, 8192))
      ->capture_default_str();
  command->add_option("--wallets", options->wallets, "opened and funded first, which is not measured")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command->add_option("--seconds", options->seconds, "what is measured")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_option("--warm-up-s", options->warm_up_s, "load before it, which is not measured")
      ->check(CLI::Range(0, 600))
      ->capture_default_str();
  command->add_option("--give-up-s", options->give_up_s, "end with 1 after so long without any answer")
      ->capture_default_str();
  command->add_option("--seed", options->seed, "the same commands again (default: a fresh seed)");
  command->add_option("--ids", options->ids, "of the transactions")
      ->check(CLI::IsMember({"random", "ordered"}))
      ->capture_default_str();
  command->add_option("--mix", options->mix, "weights of deposits,withdrawals,payments")
      ->capture_default_str();
  command->add_flag("--no-audit", options->no_audit, "do not compare the answers with the journals");
  command->add_flag("--async", options->is_async, "measure acceptance alone; nothing is audited");
  command->add_option("--machine", options->machine,
                      "measure LMDB and ZeroMQ in this directory, and no node");
  command->footer(std::string(kBenchExamples));
  command->callback(
      [&common, &action, options] { action = [&common, options] { return bench(common, *options); }; });
}

}  // namespace florin
