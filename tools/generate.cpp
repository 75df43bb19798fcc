/// `florin generate N`: random transactions, each sent until it has its outcome.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>

#include "client/session_client.hpp"
#include "runtime/clock.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"
#include "tools/traffic.hpp"

namespace florin {

namespace {

constexpr std::string_view kExamples = R"(
Examples:
  florin generate 10
  florin generate 1000 --rate 200 --seed 7
  florin generate 50 --wallets 101,103 --mix 20,40,40 --duplicates 10 --invalid 5
  florin generate 100000 --batch 64 --in-flight 10000
  florin generate 1000 --async

The same seed sends the same transactions with the same ids: a second run only gets the first outcomes back. What is
not answered is sent again until it is, so a run survives a restart of florin.
)";

/// More than so many are not shown one by one unless it is asked for.
constexpr std::uint64_t kShownMax = 200;

struct GenerateOptions {
  std::uint64_t count = 10;
  std::optional<std::uint64_t> seed;
  std::uint64_t rate = 0;
  std::string wallets = "100-105";
  std::string currency = "EUR";
  std::string mix = "40,30,30";
  unsigned duplicates = 0;
  unsigned invalid = 0;
  std::size_t batch = 1;
  std::size_t in_flight = 1000;
  std::uint32_t timeout_ms = 2000;
  std::uint32_t give_up_s = 30;
  bool is_async = false;
  bool quiet = false;
  bool each = false;
};

struct Tally {
  std::uint64_t success = 0;
  std::uint64_t rejected = 0;
  std::uint64_t queued = 0;
  std::uint64_t refused = 0;
  std::uint64_t repeated = 0;

  [[nodiscard]] std::uint64_t answered() const { return success + rejected + queued + refused; }
};

Result<TrafficOptions> traffic_options(const GenerateOptions& options) {
  TrafficOptions traffic;
  const auto wallets = parse_wallets(options.wallets);
  const auto currency = Currency::parse(options.currency);
  if (!wallets) {
    return problem(wallets.error().code,
                   "--wallets takes ids and ranges, like 100-105 or 101,104: " + wallets.error().detail);
  }
  if (!currency) {
    return problem(Code::unknown_currency, "--currency takes an ISO 4217 code in capitals");
  }
  if (!parse_mix(options.mix, traffic)) {
    return problem(Code::invalid_option,
                   "--mix takes three weights up to 1000: deposits,withdrawals,payments");
  }
  if (options.duplicates + options.invalid > 100) {
    return problem(Code::invalid_option,
                   "--duplicates and --invalid are percentages and add up to 100 at most");
  }
  traffic.seed = options.seed ? *options.seed : std::random_device()();
  traffic.wallets = *wallets;
  traffic.currency = *currency;
  traffic.duplicates_percent = options.duplicates;
  traffic.invalid_percent = options.invalid;
  traffic.is_async = options.is_async;
  return traffic;
}

/// One run of the generator.
class Generation {
 public:
  Generation(const Config& config, const GenerateOptions& options, const TrafficOptions& traffic, bool json)
      : options_(options),
        json_(json),
        shows_each_(options.each || (!options.quiet && options.count <= kShownMax)),
        traffic_(traffic),
        context_(1),
        client_(
            context_, config.endpoints.front,
            {.in_flight_commands_max = options.in_flight,
             .commands_per_message_max = options.batch,
             .answer_timeout_ms = options.timeout_ms},
            [this](std::uint64_t tag, const Answer& answer) { take(tag, answer); }, config.doors.client) {}

  /// False where nobody answered for too long.
  bool run() {
    started_ = wall_clock();
    last_progress_ = started_;
    while (tally_.answered() < options_.count) {
      const TimeUs now = wall_clock();
      add_due(now);
      client_.round(next_ < options_.count && client_.session().has_room() ? 1 : 20);
      if (shows_each_) {
        std::fflush(stdout);  // who follows it through a pipe sees each answer when it comes
      }
      show_progress(now);
      if (client_.session().failure() ||
          now.value() - last_progress_.value() > std::int64_t{options_.give_up_s} * 1'000'000) {
        return false;
      }
    }
    return true;
  }

  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] const std::optional<Problem>& failure() const { return client_.session().failure(); }
  [[nodiscard]] std::uint64_t sent_again() const { return client_.session().counters().sent_again; }
  [[nodiscard]] std::int64_t elapsed_ms() const { return (wall_clock().value() - started_.value()) / 1000; }

 private:
  void add_due(TimeUs now) {
    const std::uint64_t elapsed_us = static_cast<std::uint64_t>(now.value() - started_.value());
    const std::uint64_t due = options_.rate == 0
                                  ? options_.count
                                  : std::min(options_.count, 1 + elapsed_us * options_.rate / 1'000'000);
    for (; next_ < due && client_.session().has_room(); ++next_) {
      Generated generated = traffic_.next();
      if (shows_each_) {
        shown_[next_] = generated.command;
      }
      // What is broken on purpose has no wallet, and needs no order.
      client_.add(next_, generated.command ? generated.command->wallet : WalletId(),
                  std::move(generated.packed));
    }
  }

  void take(std::uint64_t tag, const Answer& answer) {
    last_progress_ = wall_clock();
    switch (answer.resolution) {
      case Resolution::success: ++tally_.success; break;
      case Resolution::rejected: ++tally_.rejected; break;
      case Resolution::queued: ++tally_.queued; break;
      case Resolution::error:
      case Resolution::refused: ++tally_.refused; break;
    }
    tally_.repeated += answer.duplicate ? 1 : 0;
    if (shows_each_) {
      show(tag, shown_[tag], answer);
      shown_.erase(tag);
    }
  }

  void show(std::uint64_t tag, const std::optional<Command>& command, const Answer& answer) const {
    if (json_) {
      nlohmann::ordered_json shown;
      shown["number"] = tag + 1;
      if (command) {
        shown["wallet"] = command->wallet.view();
        shown["id"] = command->id.view();
        shown["kind"] = name(command->kind);
      }
      shown.update(to_json(answer));
      print_line(to_line(shown));
      return;
    }
    const std::string what = command ? fmt::format("{} {:<8} {:>12}", command->wallet.view(),
                                                   name(command->kind), subject_or_dash(*command))
                                     : "broken on purpose";
    const std::string after =
        answer.decided_something() ? fmt::format("  balance {}", balance_text(answer.after)) : std::string();
    print_line(fmt::format("{:>4}  {:<26}  {}{}", tag + 1, what,
                           coloured(result_text(answer), answer.resolution == Resolution::success), after));
  }

  void show_progress(TimeUs now) {
    constexpr std::int64_t kEveryUs = 200'000;
    if (shows_each_ || json_ || options_.quiet || ::isatty(STDERR_FILENO) == 0 ||
        now.value() - shown_at_.value() < kEveryUs) {
      return;
    }
    shown_at_ = now;
    std::fprintf(stderr, "\r%llu of %llu answered", static_cast<unsigned long long>(tally_.answered()),
                 static_cast<unsigned long long>(options_.count));
  }

  const GenerateOptions& options_;
  const bool json_;
  const bool shows_each_;
  Traffic traffic_;
  zmq::context_t context_;
  SessionClient client_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, std::optional<Command>> shown_;
  Tally tally_;
  TimeUs started_;
  TimeUs last_progress_;
  TimeUs shown_at_;
};

void print_summary(const Generation& generation, std::uint64_t seed, bool json) {
  const Tally& tally = generation.tally();
  const auto per_second = tally.answered() * 1000 /
                          static_cast<std::uint64_t>(std::max<std::int64_t>(1, generation.elapsed_ms()));
  if (json) {
    nlohmann::ordered_json shown{{"answered", tally.answered()},
                                 {"success", tally.success},
                                 {"rejected", tally.rejected},
                                 {"queued", tally.queued},
                                 {"refused", tally.refused},
                                 {"repeated", tally.repeated},
                                 {"sent_again", generation.sent_again()},
                                 {"seed", seed},
                                 {"elapsed_ms", generation.elapsed_ms()}};
    print_line(to_line(shown));
    return;
  }
  const std::string queued = tally.queued > 0 ? fmt::format(", {} queued", tally.queued) : std::string();
  print_line(fmt::format(
      "{} answered: {} success, {} rejected{}, {} refused as not well-formed; {} repeated, {} sent "
      "again; {} per second; "
      "seed {}",
      tally.answered(), tally.success, tally.rejected, queued, tally.refused, tally.repeated,
      generation.sent_again(), per_second, seed));
}

int generate(const CommonOptions& common, const GenerateOptions& options) {
  const auto traffic = traffic_options(options);
  if (!traffic) {
    print_error(traffic.error().detail);
    return kExitUsage;
  }
  const Config config = common.load();
  Generation generation(config, options, *traffic, common.json);
  const bool answered = generation.run();
  if (::isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "\r\x1b[K");
  }
  print_summary(generation, traffic->seed, common.json);
  if (!answered && generation.failure()) {
    print_error(generation.failure()->detail);
    return kExitFault;
  }
  if (!answered) {
    print_error(fmt::format("no answer from {} for {} s: is `florin run` running?", config.endpoints.front,
                            options.give_up_s));
    return kExitFault;
  }
  return kExitOk;
}

}  // namespace

void add_generate(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<GenerateOptions>();
  CLI::App* command = app.add_subcommand("generate", "send random transactions");
  command->add_option("count", options->count, "how many")->required()->check(CLI::PositiveNumber);
  command->add_option("--seed", options->seed, "repeatable traffic (default: a fresh seed)");
  command->add_option("--rate", options->rate, "per second (0: as fast as answers come)")
      ->capture_default_str();
  command->add_option("--wallets", options->wallets, "ids and ranges")->capture_default_str();
  command->add_option("--currency", options->currency, "of the amounts")->capture_default_str();
  command->add_option("--mix", options->mix, "weights of deposits,withdrawals,payments")
      ->capture_default_str();
  command->add_option("--duplicates", options->duplicates, "percent that repeat an earlier one")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--invalid", options->invalid, "percent that are broken on purpose")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
  command->add_option("--batch", options->batch, "commands in a message")
      ->check(CLI::Range(1, 8192))
      ->capture_default_str();
  command->add_option("--in-flight", options->in_flight, "commands sent and not answered, at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--timeout-ms", options->timeout_ms, "send again what has no answer after this")
      ->capture_default_str();
  command->add_option("--give-up-s", options->give_up_s, "end with 1 after so long without any answer")
      ->capture_default_str();
  command->add_flag("--async", options->is_async, "accepted now, decided later");
  CLI::Option* quiet = command->add_flag("--quiet", options->quiet, "only the summary");
  command
      ->add_flag("--each", options->each,
                 fmt::format("a line for each, also where they are more than {}", kShownMax))
      ->excludes(quiet);
  command->footer(std::string(kExamples));
  command->callback(
      [&common, &action, options] { action = [&common, options] { return generate(common, *options); }; });
}

}  // namespace florin
