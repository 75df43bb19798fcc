/// `florin submit`: one transaction, answered.

#include <fmt/format.h>
#include <sodium.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "client/session_client.hpp"
#include "tools/command_line_money.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/time_ordered_id.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

constexpr std::string_view kSubmitExamples = R"(
Examples:
  florin submit open 200 EUR
  florin submit deposit 101 12.50 EUR --reference "salary 11/2026"
  florin submit withdraw 101 --minor 1250 EUR --id atm7:20261123-0001
  florin submit payment 101 3.90 EUR --merchant "Cafe Florin"
  florin submit payment 101 80.00 EUR --mode advise      it happened at the bank: recorded, never refused
  florin submit freeze 101 debits
  florin submit set_limits 101 --credit 50.00 EUR
  florin submit unfreeze 101
  florin submit close 101
  florin submit payment 101 3.90 EUR --async --id p-1     accepted now, decided later: florin transaction 101 p-1

Without --id a fresh one is made; give your own to be able to send again without fear. The same id with the same
content returns the first outcome.
)";

struct SubmitOptions {
  std::string kind;
  std::string wallet;
  std::vector<std::string> words;
  std::int64_t minor = 0;
  std::vector<std::string> credit;
  std::string id;
  std::string mode = "authorise";
  std::string merchant;
  std::string external;
  std::string reference;
  std::uint32_t effective_date = 0;
  std::uint32_t timeout_ms = 5000;
  bool is_async = false;
};

Result<FreezeScope> parse_scope(const std::vector<std::string>& words) {
  for (const FreezeScope scope : {FreezeScope::debits, FreezeScope::credits, FreezeScope::all}) {
    if (words.size() == 1 && words.front() == name(scope)) {
      return scope;
    }
  }
  return problem(Code::invalid_option, "freeze takes one of: debits, credits, all");
}

Result<void> fill_kind(const SubmitOptions& options, Command& command) {
  if (moves_money(command.kind)) {
    const auto money = parse_money(options.words, options.minor);
    if (!money) {
      return tl::make_unexpected(money.error());
    }
    command.amount = money->amount;
    command.currency = money->currency;
  } else if (command.kind == Kind::open) {
    const auto currency = options.words.size() == 1 ? Currency::parse(options.words.front()) : std::nullopt;
    if (!currency) {
      return problem(Code::unknown_currency, "open takes the wallet's currency, like EUR");
    }
    command.currency = *currency;
  } else if (command.kind == Kind::freeze) {
    const auto scope = parse_scope(options.words);
    if (!scope) {
      return tl::make_unexpected(scope.error());
    }
    command.freeze = *scope;
  } else if (!options.words.empty()) {
    return problem(Code::invalid_option, fmt::format("{} takes nothing behind the wallet", options.kind));
  }
  if (command.kind == Kind::set_limits && options.credit.empty()) {
    return problem(Code::invalid_option, "set_limits takes the limit, like --credit 50.00 EUR");
  }
  if (!options.credit.empty()) {
    const auto money = parse_money(options.credit, 0);
    if (!money) {
      return tl::make_unexpected(money.error());
    }
    if (command.kind == Kind::open && command.currency != money->currency) {
      return problem(Code::currency_mismatch, "the credit limit is in another currency than the wallet");
    }
    command.currency = money->currency;
    command.credit_limit = money->amount;
  }
  return {};
}

template <class Name>
Result<void> fill_name(const std::string& text, std::string_view what, bool (*is_right)(std::string_view),
                       Name& name) {
  if (text.empty()) {
    return {};
  }
  if (!is_right(text)) {
    return problem(Code::invalid_option, fmt::format("{} `{}` is not allowed", what, escape_bytes(text)));
  }
  name = Name(text);
  return {};
}

Result<Command> make_command(const SubmitOptions& options) {
  Command command;
  const auto kind = kind_from_name(options.kind);
  if (!kind) {
    return problem(Code::unknown_kind, fmt::format("there is no kind `{}`", options.kind));
  }
  command.kind = *kind;
  command.mode = options.mode == "advise" ? Mode::advise : Mode::authorise;
  command.effective_date = options.effective_date;
  const std::string id = options.id.empty() ? time_ordered_id("cli") : options.id;
  for (const auto& step :
       {fill_kind(options, command), fill_name(options.wallet, "wallet", is_name, command.wallet),
        fill_name(id, "id", is_name, command.id),
        fill_name(options.merchant, "merchant", is_label, command.merchant),
        fill_name(options.external, "external", is_open_external_account, command.external),
        fill_name(options.reference, "reference", is_label, command.reference)}) {
    if (!step) {
      return tl::make_unexpected(step.error());
    }
  }
  return command;
}

/// The outcome, which may take several attempts; or why there is none.
Result<Answer> send_and_wait(const Config& config, const Command& command, bool is_async,
                             std::uint32_t timeout_ms) {
  zmq::context_t context(1);
  std::optional<Answer> outcome;
  SessionClient client(
      context, config.endpoints.front, {},
      [&outcome](std::uint64_t /*tag*/, const Answer& answer) { outcome = answer; }, config.doors.client);
  TracedCommand traced{command, Id128{}, is_async};
  randombytes_buf(traced.trace->bytes.data(), Id128::kSize);
  Writer packed;
  encode_command(packed, traced);
  client.add(0, command.wallet, std::move(packed).take());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  while (!outcome && std::chrono::steady_clock::now() < deadline) {
    client.round(50);
    if (client.session().failure()) {
      return tl::make_unexpected(*client.session().failure());
    }
  }
  if (!outcome) {
    return problem(
        Code::overloaded,
        fmt::format("no outcome from {} within {} ms. Is `florin run` running? It is safe to send the "
                    "same id again: --id {}",
                    config.endpoints.front, timeout_ms, command.id.view()));
  }
  return *outcome;
}

bool is_good(Resolution resolution) {
  return resolution == Resolution::success || resolution == Resolution::queued;
}

void print_answer(const Command& command, const Answer& answer, bool json) {
  if (json) {
    nlohmann::ordered_json shown;
    shown["wallet"] = command.wallet.view();
    shown["id"] = command.id.view();
    shown["kind"] = name(command.kind);
    shown.update(to_json(answer));
    print_line(to_line(shown));
    return;
  }
  const bool good = is_good(answer.resolution);
  std::string line = fmt::format("{} {} {}: {}", command.wallet.view(), name(command.kind),
                                 subject_or_dash(command), coloured(result_text(answer), good));
  if (answer.decided_something()) {
    line += fmt::format(". Balance {}. id={} shard={} seq={}", balance_text(answer.after), command.id.view(),
                        answer.shard.value(), answer.sequence.value());
  } else if (answer.resolution == Resolution::queued) {
    line += fmt::format(". Ask for it: florin transaction {} {}", command.wallet.view(), command.id.view());
  }
  print_line(line);
}

int submit(const CommonOptions& common, const SubmitOptions& options) {
  const auto command = make_command(options);
  if (!command) {
    print_error(command.error().detail);
    return kExitUsage;
  }
  const Config config = common.load();
  const auto answer = send_and_wait(config, *command, options.is_async, options.timeout_ms);
  if (!answer) {
    print_error(answer.error().detail);
    return kExitFault;
  }
  print_answer(*command, *answer, common.json);
  return is_good(answer->resolution) ? kExitOk : kExitRefused;
}

}  // namespace

void add_submit(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<SubmitOptions>();
  CLI::App* command = app.add_subcommand("submit", "send one transaction and wait for its outcome");
  command
      ->add_option("kind", options->kind,
                   "open, deposit, withdraw, payment, freeze, unfreeze, close, set_limits")
      ->required();
  command->add_option("wallet", options->wallet, "wallet id")->required();
  command->add_option("words", options->words, "amount and currency, currency (open), or scope (freeze)");
  command->add_option("--minor", options->minor, "the amount in minor units")->check(CLI::PositiveNumber);
  command->add_option("--id", options->id, "transaction id, unique in its wallet");
  command->add_option("--credit", options->credit, "credit limit, for open and set_limits: 50.00 EUR")
      ->expected(1, 2);
  command->add_option("--mode", options->mode, "authorise, or advise")
      ->check(CLI::IsMember({"authorise", "advise"}))
      ->capture_default_str();
  command->add_option("--merchant", options->merchant, "who a payment went to");
  command->add_option("--external", options->external, "account on the other side, like card:visa");
  command->add_option("--reference", options->reference, "your own reference");
  command->add_option("--effective-date", options->effective_date, "booking day, yyyymmdd");
  command->add_flag("--async", options->is_async, "do not wait for the outcome: queued, once it is durable");
  command->add_option("--timeout-ms", options->timeout_ms, "how long to wait")->capture_default_str();
  command->footer(std::string(kSubmitExamples));
  command->callback(
      [&common, &action, options] { action = [&common, options] { return submit(common, *options); }; });
}

}  // namespace florin
