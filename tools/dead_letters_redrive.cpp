/// `florin dead-letters redrive`: what failed is tried again, one letter after the other.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "client/session_client.hpp"
#include "logic/letter_handling.hpp"
#include "logic/redrive.hpp"
#include "runtime/clock.hpp"
#include "tools/dead_letters.hpp"
#include "tools/exit_codes.hpp"
#include "tools/letter_filter.hpp"
#include "tools/operator_name.hpp"
#include "tools/present.hpp"

namespace florin {

using Json = nlohmann::ordered_json;

namespace {

struct RedriveOptions {
  LetterChoice choice;
  std::vector<std::uint64_t> numbers;
  std::size_t limit = 1000;
  std::uint32_t rate = 0;
  std::uint32_t timeout_ms = 30'000;
  std::string by;
  bool dry_run = false;
  bool even_discarded = false;
  bool even_redriven = false;
};

RedriveSettings settings_of(const RedriveOptions& options, OperatorName by) {
  return {by, letter_class_from_name(options.choice.letter_class), options.even_discarded,
          options.even_redriven, options.rate};
}

/// What is wrong with the options taken together; empty where nothing is.
std::string_view wrong_usage(const RedriveOptions& options) {
  const LetterChoice& choice = options.choice;
  const bool filters = !choice.wallet.empty() || !choice.reason.empty() || choice.shard >= 0;
  if (!options.numbers.empty() && filters) {
    return "name letters by number, or choose them by --class, --wallet, --reason and --shard; not both";
  }
  if (options.numbers.empty() && choice.letter_class.empty()) {
    return "name letters by number, or a class to choose from: --class failed, or --class rejected";
  }
  return {};
}

/// The letters named, or those chosen that nobody has handled.
Result<std::vector<LetterNumber>> chosen(StoreAccess& access, const RedriveOptions& options) {
  std::vector<LetterNumber> letters;
  for (const std::uint64_t number : options.numbers) {
    letters.emplace_back(number);
  }
  if (!letters.empty()) {
    return letters;
  }
  LetterChoice open = options.choice;
  open.unhandled = true;
  const auto read = each_letter(access, open, [&](const Letter& letter) {
    letters.push_back(letter.number);
    return letters.size() < options.limit;
  });
  return read ? Result<std::vector<LetterNumber>>(std::move(letters)) : tl::make_unexpected(read.error());
}

/// How often each end was met, for the last line and the exit code.
struct RedriveTally {
  std::size_t done = 0;
  std::size_t failed = 0;
};

void print_problem(LetterNumber letter, const Problem& problem, bool json) {
  if (json) {
    print_line(to_line(
        Json{{"letter", letter.value()}, {"problem", name(problem.code)}, {"detail", problem.detail}}));
  } else {
    print_line(fmt::format("letter {}: not redriven: {}", letter.value(), problem.detail));
  }
}

void print_redriven(const Redriven& redriven, bool json, RedriveTally& tally) {
  const bool good = !redriven.problem && redriven.answer.resolution == Resolution::success;
  ++(good ? tally.done : tally.failed);
  if (redriven.problem) {
    print_problem(redriven.letter, *redriven.problem, json);
    return;
  }
  const Command& command = redriven.command;
  if (json) {
    Json shown{
        {"letter", redriven.letter.value()}, {"wallet", command.wallet.view()}, {"id", command.id.view()}};
    shown.update(to_json(redriven.answer));
    print_line(to_line(shown));
    return;
  }
  print_line(fmt::format("letter {}: {} {} {} as id {}: {}", redriven.letter.value(), command.wallet.view(),
                         name(command.kind), subject_or_dash(command), command.id.view(),
                         coloured(result_text(redriven.answer), good)));
}

/// What would be done. Nothing is told to anybody.
int dry_run(StoreAccess& access, const std::vector<LetterNumber>& letters, const RedriveSettings& settings,
            bool json) {
  Redrive plan(settings, letters);
  bool all = true;
  for (Redrive::Step step = plan.next({}); std::holds_alternative<Handle>(step); step = plan.next({})) {
    const Handle& reserve = std::get<Handle>(step);
    const auto letter = find_letter(access, reserve.letter);
    const auto reserved = letter ? apply_handle(*letter, reserve, wall_clock()) : letter;
    if (!reserved) {
      all = false;
      print_problem(reserve.letter, reserved.error(), json);
    } else {
      const Command command = redrive_command(*reserved, reserved->handling()->id).command;
      json ? print_line(to_line(Json{{"letter", reserve.letter.value()},
                                     {"dry_run", true},
                                     {"wallet", command.wallet.view()},
                                     {"id", command.id.view()}}))
           : print_line(fmt::format("letter {}: would redrive {} {} {} as id {}", reserve.letter.value(),
                                    command.wallet.view(), name(command.kind), subject_or_dash(command),
                                    command.id.view()));
    }
    plan.on_reply(problem(Code::not_redrivable, "a dry run"));  // on to the next one
  }
  return all ? kExitOk : kExitRefused;
}

/// Drives a Redrive against the running sink and router.
class RedriveRun {
 public:
  RedriveRun(StoreAccess& access, const Config& config, Redrive& redrive, std::uint32_t timeout_ms)
      : access_(access),
        redrive_(redrive),
        timeout_ms_(timeout_ms),
        client_(
            context_, config.endpoints.front, {},
            [this](std::uint64_t /*tag*/, const Answer& answer) { answer_ = answer; }, config.doors.client) {}

  /// Until all is done, or the reason why it stopped. `told` gets each letter's end.
  template <class Told>
  Result<void> run(Told told) {
    for (Redrive::Step step = redrive_.next(wall_clock()); !std::holds_alternative<Redrive::Done>(step);
         step = redrive_.next(wall_clock())) {
      const auto done = std::visit([this](const auto& what) { return take(what); }, step);
      if (!done) {
        return done;
      }
      for (const Redriven& redriven : redrive_.take_results()) {
        told(redriven);
      }
    }
    return {};
  }

 private:
  Result<void> take(const Handle& handle) {
    const auto letter = access_.tell(handle);
    const bool is_fault = !letter && info(letter.error().code).retry != Retry::never;
    if (is_fault) {
      return tl::make_unexpected(letter.error());
    }
    redrive_.on_reply(letter);
    return {};
  }

  Result<void> take(const TracedCommand& command) {
    Writer packed;
    encode_command(packed, command);
    answer_.reset();
    client_.add(0, command.command.wallet, std::move(packed).take());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms_);
    while (!answer_ && std::chrono::steady_clock::now() < deadline) {
      constexpr int kRoundMs = 50;
      client_.round(kRoundMs);
      if (client_.session().failure()) {
        return tl::make_unexpected(*client_.session().failure());
      }
    }
    if (answer_ && redrive_.on_answer(*answer_)) {
      return {};
    }
    return problem(
        Code::overloaded,
        fmt::format("no outcome of id {} within {} ms: {}. Redrive again: it goes on under this id",
                    command.command.id.view(), timeout_ms_,
                    answer_ ? result_text(*answer_) : "no answer from the router"));
  }

  static Result<void> take(const Redrive::Wait& wait) {
    const std::int64_t left_us = wait.until.value() - wall_clock().value();
    std::this_thread::sleep_for(std::chrono::microseconds(std::max<std::int64_t>(left_us, 0)));
    return {};
  }
  static Result<void> take(const Redrive::Done&) { return {}; }

  StoreAccess& access_;
  Redrive& redrive_;
  const std::uint32_t timeout_ms_;
  zmq::context_t context_{1};
  std::optional<Answer> answer_;
  SessionClient client_;
};

int redrive(const CommonOptions& common, const RedriveOptions& options) {
  const auto by = operator_name(options.by);
  const std::string_view wrong = by ? wrong_usage(options) : std::string_view(by.error().detail);
  if (!wrong.empty()) {
    print_error(wrong);
    return kExitUsage;
  }
  const Config config = common.load();
  StoreAccess access(config, "florin dead-letters");
  const auto letters = chosen(access, options);
  if (!letters) {
    print_error(letters.error().detail);
    return letters.error().code == Code::unknown_option ? kExitUsage : kExitFault;
  }
  RedriveSettings settings = settings_of(options, *by);
  if (options.dry_run) {
    settings.per_second_max = 0;
    return dry_run(access, *letters, settings, common.json);
  }
  if (!access.is_live({OwnerRole::dead_letter, {}})) {
    print_error("the dead-letter sink is not running: start `florin run`, or `florin dead-letter`");
    return kExitFault;
  }
  Redrive redrive(settings, *letters);
  RedriveRun run(access, config, redrive, options.timeout_ms);
  RedriveTally tally;
  const auto done = run.run([&](const Redriven& redriven) { print_redriven(redriven, common.json, tally); });
  if (!common.json) {
    print_line(fmt::format("{} of {} letters redriven with success", tally.done, redrive.letters()));
  }
  if (!done) {
    print_error(done.error().detail);
    return kExitFault;
  }
  return tally.failed == 0 ? kExitOk : kExitRefused;
}

}  // namespace

void add_redrive(CLI::App& dead_letters, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<RedriveOptions>();
  CLI::App* command = dead_letters.add_subcommand("redrive", "try again what failed");
  command->add_option("letters", options->numbers, "numbers of letters");
  add_choice_options(*command, options->choice);
  command->add_flag("--dry-run", options->dry_run, "say what would be done, and do nothing");
  command->add_option("--rate", options->rate, "letters a second at most")->check(CLI::Range(1, 1'000'000));
  command->add_option("--limit", options->limit, "how many at most, where they are chosen")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_flag("--discarded", options->even_discarded, "also letters that were discarded");
  command->add_flag("--redriven", options->even_redriven, "also letters that were redriven before");
  command->add_option("--by", options->by, "who does it, for the record; your login name by default");
  command->add_option("--timeout-ms", options->timeout_ms, "how long to wait for an outcome")
      ->capture_default_str();
  command->footer(
      "\nA failed letter is decided again under its own id. A rejected one is final: with --class rejected "
      "it is "
      "tried\nagain as a new id (`ID~r1`) that names the old one. Malformed, suspicious and unapplied "
      "letters "
      "cannot be\nredriven; what to do instead is said.\n"
      "\nExit code 0: all with success; 4: some were refused or rejected; 1: it stopped, and can be run "
      "again.\n"
      "\nExamples:\n  florin dead-letters redrive 7 12\n  florin dead-letters redrive 9 --class rejected\n"
      "  florin dead-letters redrive --class rejected --reason insufficient_funds --wallet 101 --dry-run\n"
      "  florin dead-letters redrive --class failed --rate 20 --json\n");
  command->callback(
      [&common, &action, options] { action = [&common, options] { return redrive(common, *options); }; });
}

}  // namespace florin
