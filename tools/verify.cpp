/// `florin verify` and `florin rebuild`.

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "logic/fold.hpp"
#include "logic/verification.hpp"
#include "storage/fault.hpp"
#include "tools/consumer_positions.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct VerifyOptions {
  std::uint32_t settle_ms = 5000;
};

/// Gives running consumers time to reach what the journals held when this began.
void wait_for_consumers(StoreAccess& access, std::uint32_t settle_ms) {
  const Positions wanted = journal_heads(access);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(settle_ms);
  for (const OwnerRole role : {OwnerRole::accounting, OwnerRole::dead_letter}) {
    while (access.is_live({role, {}}) && is_behind(consumer_positions(access, role), wanted) &&
           std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
}

void show_progress(std::uint64_t transactions) {
  if (::isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "\r%llu transactions decided anew", static_cast<unsigned long long>(transactions));
  }
}

void print_report(const VerificationReport& report, bool json) {
  if (json) {
    nlohmann::ordered_json shown;
    shown["transactions"] = report.transactions;
    shown["records"] = report.records;
    shown["wallets"] = report.wallets;
    shown["accounts"] = report.accounts;
    shown["statement_lines"] = report.lines;
    shown["dead_letters"] = report.letters;
    shown["discrepancies"] = report.discrepancies;
    shown["listed"] = nlohmann::ordered_json::array();
    for (const Discrepancy& discrepancy : report.listed) {
      shown["listed"].push_back({{"where", discrepancy.where}, {"what", discrepancy.what}});
    }
    shown["notes"] = report.notes;
    shown["totals"] = to_json(report.totals);
    print_line(to_line(shown));
    return;
  }
  for (const Discrepancy& discrepancy : report.listed) {
    print_line(fmt::format("{}: {}", coloured(discrepancy.where, false), discrepancy.what));
  }
  for (const std::string& note : report.notes) {
    print_line("note: " + note);
  }
  const nlohmann::ordered_json totals = to_json(report.totals);
  for (const auto& [currency, accounts] : totals.items()) {
    std::string line = currency + " in balance:";
    for (const auto& [account, total] : accounts.items()) {
      line += fmt::format(" {} {};", account, total.get<std::string>());
    }
    print_line(line);
  }
  print_line(
      fmt::format("chain and decisions of {} records, {} wallets, {} accounts with {} statement lines, and "
                  "{} dead letters "
                  "compared",
                  report.records, report.wallets, report.accounts, report.lines, report.letters));
  print_line(fmt::format("{} transactions reconciled, {} discrepancies", report.transactions,
                         coloured(std::to_string(report.discrepancies), report.discrepancies == 0)));
}

int verify(const CommonOptions& common, const VerifyOptions& options) {
  StoreAccess access(common.load(), "florin verify", OpenFor::inspect);
  wait_for_consumers(access, options.settle_ms);
  const VerificationReport report = verify_books(access.asker(), access.facts().shards, show_progress);
  if (::isatty(STDERR_FILENO) != 0) {
    std::fprintf(stderr, "\r\x1b[K");
  }
  print_report(report, common.json);
  return report.discrepancies == 0 ? kExitOk : kExitDiscrepancy;
}

int rebuild(const CommonOptions& common) {
  const Config config = common.load();
  const DataDirectory data = DataDirectory::open(config.data_dir);
  std::uint64_t entries = 0;
  for (std::uint16_t i = 0; i < data.facts().shards; ++i) {
    const ShardIndex shard(i);
    const DirectoryLock lock(data.shard(shard), "florin rebuild");
    LmdbShardStore store(data.shard(shard), data.facts().lineage, shard, config.env, OpenFor::rebuild,
                         config.write_back);
    entries += rebuild_derived(store, data.facts().lineage, shard);
  }
  print_line(common.json ? fmt::format(R"({{"shards":{},"transactions":{}}})", data.facts().shards, entries)
                         : fmt::format("wallets, ids and totals of {} shards made again from {} transactions",
                                       data.facts().shards, entries));
  return kExitOk;
}

}  // namespace

void add_verify(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "prove that the books balance");
  command
      ->add_option("--settle-ms", options->settle_ms, "how long running consumers may take to catch up first")
      ->capture_default_str();
  command->footer(
      "\nDecides every journal anew and compares every wallet, id, total, account, statement line and dead "
      "letter, and the chain.\n"
      "Works on a running store and on a stopped one. Exit code 3 and a list where anything differs.\n"
      "\nExamples:\n  florin verify\n  florin verify --json | jq .discrepancies\n");
  command->callback(
      [&common, &action, options] { action = [&common, options] { return verify(common, *options); }; });

  CLI::App* again =
      app.add_subcommand("rebuild", "make a stopped store's derived tables again from its journals");
  again->footer("\nExample:\n  florin rebuild\n\nThe journals are only read. Stop florin first.\n");
  again->callback([&] { action = [&common] { return rebuild(common); }; });
}

}  // namespace florin
