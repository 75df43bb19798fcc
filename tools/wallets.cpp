/// `florin wallets`, `balance`, `history`, `transaction`: what the ledger knows of wallets.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "ledger/amount_text.hpp"
#include "logic/shard_verification.hpp"
#include "runtime/log.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct WalletOptions {
  std::string wallet;
  std::string id;
  std::size_t limit = 20;
};

/// What a query was refused with, told to the user.
int report(const Problem& problem) {
  print_error(problem.detail.empty() ? std::string(info(problem.code).text) : problem.detail);
  return problem.code == Code::not_found ? kExitRefused : kExitFault;
}

std::optional<WalletId> parse_wallet(const std::string& text) {
  if (!is_name(text)) {
    print_error(fmt::format("`{}`: {}", escape_bytes(text), info(Code::invalid_wallet_id).text));
    return std::nullopt;
  }
  return WalletId(text);
}

int list_wallets(const CommonOptions& common) {
  StoreAccess access(common.load(), "florin wallets");
  Table table({"WALLET", "STATUS", "FREEZE", "BALANCE", "AVAILABLE", "CREDIT LIMIT", "VERSION", "SHARD"});
  for (std::uint16_t i = 0; i < access.facts().shards; ++i) {
    std::string last;
    const auto read = read_pages(
        access.asker(), {OwnerRole::shard, ShardIndex(i)}, QueryKind::wallets,
        [&](Writer& writer) { writer.array(2).text(last).uint(1000); },
        [&](Reader& reader) {
          const WalletRow row = decode_wallet_row(reader);
          last = row.wallet.view();
          if (!reader.ok() || row.state.status == WalletStatus::absent) {
            return;  // known only by what was refused to it
          }
          const WalletState& state = row.state;
          if (common.json) {
            print_line(to_line(to_json(row)));
          } else {
            table.add({last, std::string(name(state.status)), std::string(name(state.freeze)),
                       balance_text(state), amount_text(MinorUnits(available(state)), state.currency),
                       amount_text(state.credit_limit, state.currency), std::to_string(state.version.value()),
                       std::to_string(i)});
          }
        });
    if (!read) {
      return report(read.error());
    }
  }
  if (!common.json) {
    table.sort();
    print_line(table.text());
  }
  return kExitOk;
}

int show_balance(const CommonOptions& common, const WalletOptions& options) {
  const auto wallet = parse_wallet(options.wallet);
  if (!wallet) {
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin balance");
  Writer parameters;
  parameters.array(1).text(wallet->view());
  const auto payload =
      access.ask({OwnerRole::shard, access.shard_of_wallet(*wallet)}, QueryKind::wallet, parameters.view());
  if (!payload) {
    return report(payload.error());
  }
  Reader reader(*payload);
  const WalletRow row = decode_wallet_row(reader);
  const WalletState& state = row.state;
  if (state.status == WalletStatus::absent) {
    return report({Code::not_found, fmt::format("wallet {} was never opened", options.wallet)});
  }
  if (common.json) {
    print_line(to_line(to_json(row)));
    return kExitOk;
  }
  print_line(
      fmt::format("wallet {}: balance {}, available {}, {}{}", options.wallet, balance_text(state),
                  amount_text(MinorUnits(available(state)), state.currency), name(state.status),
                  state.freeze == FreezeScope::none ? "" : fmt::format(", frozen: {}", name(state.freeze))));
  return kExitOk;
}

int show_history(const CommonOptions& common, const WalletOptions& options) {
  const auto wallet = parse_wallet(options.wallet);
  if (!wallet) {
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin history");
  Table table({"SEQ", "COMPLETED", "KIND", "AMOUNT", "RESULT", "BALANCE", "ID"});
  Writer parameters;
  parameters.array(3).text(wallet->view()).uint(0).uint(options.limit);
  const auto payload =
      access.ask({OwnerRole::shard, access.shard_of_wallet(*wallet)}, QueryKind::history, parameters.view());
  if (!payload) {
    return report(payload.error());
  }
  Reader reader(*payload);
  reader.array_of(2, "page");
  const std::uint32_t count = reader.array("entries");
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto row = decode_entry_row(reader);
    if (!row) {
      return report(row.error());
    }
    const Entry& entry = row->entry;
    if (common.json) {
      print_line(to_line(to_json(*row)));
    } else {
      table.add({std::to_string(entry.sequence().value()), iso_time(row->committed),
                 std::string(name(entry.command.kind)), subject_or_dash(entry.command), result_text(entry),
                 balance_text(entry.side().after), std::string(entry.command.id.view())});
    }
  }
  if (!common.json) {
    print_line(table.text());
    if (reader.boolean("more")) {
      print_line(fmt::format("... and more: --limit {}", options.limit * 10));
    }
  }
  return kExitOk;
}

/// It was accepted and is not decided yet.
int show_queued(const CommonOptions& common, const WalletOptions& options, std::string_view payload) {
  Reader reader(payload);
  const QueuedRow row = decode_queued_row(reader);
  const nlohmann::ordered_json shown{{"wallet", options.wallet},
                                     {"id", options.id},
                                     {"resolution", name(Resolution::queued)},
                                     {"requested", iso_time(row.requested)},
                                     {"queued", iso_time(row.queued)}};
  print_line(common.json ? to_line(shown) : shown.dump(2));
  return kExitOk;
}

int show_transaction(const CommonOptions& common, const WalletOptions& options) {
  const auto wallet = parse_wallet(options.wallet);
  if (!wallet) {
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin transaction");
  Writer parameters;
  parameters.array(2).text(wallet->view()).text(options.id);
  const auto ask = [&](const Owner& owner) {
    return access.ask(owner, QueryKind::transaction, parameters.view());
  };
  const Owner shard{OwnerRole::shard, access.shard_of_wallet(*wallet)};
  auto payload = ask(shard);
  if (!payload) {  // a shard that is away has not decided it: the inbox may know it all the same
    if (const auto queued = ask({OwnerRole::router, {}})) {
      return show_queued(common, options, *queued);
    }
  }
  if (!payload && payload.error().code == Code::not_found) {
    payload = ask(shard);  // it may have been decided between the two questions
  }
  if (!payload) {
    return report(payload.error());
  }
  Reader reader(*payload);
  const auto row = decode_entry_row(reader);
  if (!row) {
    return report(row.error());
  }
  print_line(common.json ? to_line(to_json(*row)) : to_json(*row).dump(2));
  return kExitOk;
}

}  // namespace

void add_wallets(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<WalletOptions>();
  CLI::App* wallets = app.add_subcommand("wallets", "list all wallets");
  wallets->footer("\nExamples:\n  florin wallets\n  florin wallets --json | jq .balance_minor\n");
  wallets->callback([&] { action = [&common] { return list_wallets(common); }; });

  CLI::App* balance = app.add_subcommand("balance", "show what a wallet holds");
  balance->add_option("wallet", options->wallet, "wallet id")->required();
  balance->footer(
      "\nExamples:\n  florin balance 101\n  florin balance 101 --json\n\n"
      "As of an earlier moment: florin replay balance\n");
  balance->callback([&common, &action, options] {
    action = [&common, options] { return show_balance(common, *options); };
  });

  CLI::App* history =
      app.add_subcommand("history", "show what happened to a wallet, newest first, refusals too");
  history->add_option("wallet", options->wallet, "wallet id")->required();
  history->add_option("--limit", options->limit, "how many at most")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  history->footer("\nExamples:\n  florin history 101\n  florin history 101 --limit 5 --json\n");
  history->callback([&common, &action, options] {
    action = [&common, options] { return show_history(common, *options); };
  });

  CLI::App* transaction = app.add_subcommand("transaction", "show one transaction, by wallet and id");
  transaction->add_option("wallet", options->wallet, "wallet id")->required();
  transaction->add_option("id", options->id, "transaction id")->required();
  transaction->footer("\nExample:\n  florin transaction 101 bootstrap:fund\n");
  transaction->callback([&common, &action, options] {
    action = [&common, options] { return show_transaction(common, *options); };
  });
}

}  // namespace florin
