/// `florin statement`, `totals`: what accounting made of the journals.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "ledger/amount_text.hpp"
#include "runtime/log.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

constexpr Owner kAccounting{OwnerRole::accounting, {}};

struct StatementOptions {
  std::string wallet;
  std::uint64_t before = 0;
  std::size_t limit = 20;
};

int report(const Problem& problem) {
  print_error(problem.detail.empty() ? std::string(info(problem.code).text) : problem.detail);
  return problem.code == Code::not_found ? kExitRefused : kExitFault;
}

/// `-30.00 EUR` for what went out.
std::string signed_amount(const StatementLine& line) {
  const bool is_debit = info(line.kind).direction == Direction::debit;
  return amount_text(MinorUnits(is_debit ? -line.amount.value() : line.amount.value()), line.currency);
}

std::string note(const StatementLine& line) {
  return line.unapplied ? "unapplied" : line.overdrawn ? "overdrawn" : "";
}

std::string or_dash(std::string_view text) {
  return std::string(text.empty() ? "-" : text);
}

std::vector<std::string> table_row(const StatementLine& line, Currency currency) {
  return {std::to_string(line.number.value()),
          iso_time(line.decided),
          std::string(name(line.kind)),
          signed_amount(line),
          currency.known() ? amount_text(line.balance, currency) : "-",
          line.effective_date == 0 ? "-" : std::to_string(line.effective_date),
          std::string(line.external.view()),
          std::string(line.id.view()),
          or_dash(line.reference.view()),
          note(line)};
}

std::string account_text(const Account& account) {
  if (!account.currency.known()) {
    return fmt::format("wallet {}: never opened", account.wallet.view());
  }
  return fmt::format("wallet {}: balance {}, credited {}, debited {} in {} movements", account.wallet.view(),
                     amount_text(account.balance, account.currency),
                     amount_text(account.credited, account.currency),
                     amount_text(account.debited, account.currency), account.completed);
}

int show_statement(const CommonOptions& common, const StatementOptions& options) {
  if (!is_name(options.wallet)) {
    print_error(fmt::format("`{}`: {}", escape_bytes(options.wallet), info(Code::invalid_wallet_id).text));
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin statement");
  Writer parameters;
  parameters.array(3).text(options.wallet).uint(options.before).uint(options.limit);
  const auto payload = access.ask(kAccounting, QueryKind::statement, parameters.view());
  if (!payload) {
    return report(payload.error());
  }
  Reader reader(*payload);
  reader.array_of(3, "statement");
  const Account account = decode_account(reader);
  Table table(
      {"LINE", "TIME", "KIND", "AMOUNT", "BALANCE", "EFFECTIVE", "ACCOUNT", "ID", "REFERENCE", "NOTE"});
  const std::uint32_t count = reader.array("lines");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const StatementLine line = decode_line(reader);
    if (reader.ok()) {
      common.json ? print_line(to_line(to_json(line, account.currency)))
                  : table.add(table_row(line, account.currency));
    }
  }
  const bool more = reader.boolean("more");
  if (!reader.ok()) {
    return report(reader.problem());
  }
  if (!common.json) {
    print_line(account_text(account));
    print_line(table.empty() ? "no lines" : table.text());
    if (more) {
      print_line(fmt::format("... and more: --limit {}", options.limit * 10));
    }
  }
  return kExitOk;
}

int show_totals(const CommonOptions& common, std::uint32_t day) {
  StoreAccess access(common.load(), "florin totals");
  const auto payload = access.ask(kAccounting, QueryKind::daily_totals, "\x90");
  if (!payload) {
    return report(payload.error());
  }
  Reader reader(*payload);
  Table table({"DAY", "CURRENCY", "KIND", "COUNT", "SUM"});
  const std::uint32_t count = reader.array("daily totals");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const DailyTotal total = decode_daily_total(reader);
    if (!reader.ok() || (day != 0 && total.key.day != day)) {
      continue;
    }
    if (common.json) {
      print_line(to_line(to_json(total)));
    } else {
      table.add({std::to_string(total.key.day), std::string(total.key.currency.code()),
                 std::string(name(total.key.kind)), std::to_string(total.count),
                 amount_text(total.sum, total.key.currency)});
    }
  }
  if (!reader.ok()) {
    return report(reader.problem());
  }
  if (!common.json) {
    print_line(table.empty() ? "no totals" : table.text());
  }
  return kExitOk;
}

}  // namespace

void add_accounting(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<StatementOptions>();
  CLI::App* statement =
      app.add_subcommand("statement", "show the movements of a wallet's money, newest first");
  statement->add_option("wallet", options->wallet, "wallet id")->required();
  statement->add_option("--limit", options->limit, "how many lines at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  statement->add_option("--before", options->before, "only lines older than this one");
  statement->footer(
      "\nWhat was refused moved nothing and is not here; `florin history` has it. Advice that fits no wallet "
      "is noted\nas unapplied: its money is in suspense.\n"
      "\nExamples:\n  florin statement 101\n  florin statement 101 --limit 5 --json\n"
      "  florin statement 101 --before 4711\n");
  statement->callback([&common, &action, options] {
    action = [&common, options] { return show_statement(common, *options); };
  });

  auto day = std::make_shared<std::uint32_t>(0);
  CLI::App* totals = app.add_subcommand("totals", "show what moved per day, currency and kind");
  totals->add_option("--day", *day, "only this day of UTC, yyyymmdd");
  totals->footer("\nExamples:\n  florin totals\n  florin totals --day 20261123 --json\n");
  totals->callback(
      [&common, &action, day] { action = [&common, day] { return show_totals(common, *day); }; });
}

}  // namespace florin
