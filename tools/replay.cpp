/// `florin replay events|into|balance`: what the journals hold, again.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "ledger/amount_text.hpp"
#include "logic/fold.hpp"
#include "runtime/log.hpp"
#include "storage/fault.hpp"
#include "tools/exit_codes.hpp"
#include "tools/parse_time.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct ReplayOptions {
  std::uint16_t shard = 0;
  std::uint64_t from = 1;
  std::uint64_t limit = 0;
  std::string directory;
  std::string wallet;
  std::uint64_t at_sequence = 0;
  std::string at_time;
};

void print_event(const EntryRow& row, bool json) {
  if (json) {
    print_line(to_line(to_json(row)));
    return;
  }
  const Entry& entry = row.entry;
  print_line(fmt::format("{} {} seq={} {} {} {} {} balance={} id={}", iso_time(row.committed),
                         row.shard.value(), entry.sequence().value(), entry.command.wallet.view(),
                         name(entry.command.kind), subject_or_dash(entry.command), result_text(entry),
                         balance_text(entry.side().after), entry.command.id.view()));
}

/// Thrown to leave a walk that has seen enough.
struct Enough {};

int replay_events(const CommonOptions& common, const ReplayOptions& options) {
  // The walk checks each record and says which is broken.
  StoreAccess access(common.load(), "florin replay", OpenFor::inspect);
  const ShardIndex shard(options.shard);
  if (options.shard >= access.facts().shards) {
    print_error(fmt::format("there are shards 0 to {}", access.facts().shards - 1));
    return kExitUsage;
  }
  std::uint64_t left = options.limit == 0 ? UINT64_MAX : options.limit;
  try {
    walk_journal(record_source(access, shard), access.facts().lineage, shard,
                 [&](const BatchRecord& record, const std::string&) {
                   if (record.header.last_sequence.value() < options.from) {
                     return;
                   }
                   const auto entries = record.entries();
                   if (!entries) {
                     refuse_store(entries.error().detail);
                   }
                   for (const Entry& entry : *entries) {
                     if (entry.sequence().value() < options.from) {
                       continue;
                     }
                     if (left-- == 0) {
                       throw Enough{};
                     }
                     print_event({shard, record.header.time, entry}, common.json);
                   }
                 });
  } catch (const Enough&) {
    return kExitOk;
  }
  return kExitOk;
}

int replay_state(const CommonOptions& common, const ReplayOptions& options) {
  const Config config = common.load();
  StoreAccess access(config, "florin replay", OpenFor::inspect);
  if (std::filesystem::exists(options.directory) && !std::filesystem::is_empty(options.directory)) {
    print_error(fmt::format("{} is not empty: name a fresh directory", options.directory));
    return kExitUsage;
  }
  const StoreFacts& facts = access.facts();
  const auto target = DataDirectory::open_or_create(options.directory, facts.shards, facts.lineage);
  std::uint64_t entries = 0;
  for (std::uint16_t i = 0; i < facts.shards; ++i) {
    const ShardIndex shard(i);
    const DirectoryLock lock(target.shard(shard), "florin replay");
    LmdbShardStore store(target.shard(shard), facts.lineage, shard, config.env, OpenFor::use,
                         config.write_back);
    entries += replay_into(record_source(access, shard), store, facts.lineage, shard);
  }
  print_line(common.json ? fmt::format(R"({{"shards":{},"transactions":{}}})", facts.shards, entries)
                         : fmt::format("{} transactions of {} shards replayed into {}", entries, facts.shards,
                                       options.directory));
  return kExitOk;
}

/// The wallet's last entry that is not behind the moment asked for; walks its history backwards.
Result<std::optional<EntryRow>> entry_as_of(StoreAccess& access, const WalletId& wallet,
                                            const std::function<bool(const EntryRow&)>& is_early_enough) {
  std::uint64_t before = 0;
  for (bool more = true; more;) {
    Writer question;
    question.array(3).text(wallet.view()).uint(before).uint(500);
    const auto payload =
        access.ask({OwnerRole::shard, access.shard_of_wallet(wallet)}, QueryKind::history, question.view());
    if (!payload) {
      return tl::make_unexpected(payload.error());
    }
    Reader reader(*payload);
    reader.array_of(2, "page");
    const std::uint32_t count = reader.array("entries");
    for (std::uint32_t i = 0; i < count; ++i) {
      auto row = decode_entry_row(reader);
      if (!row) {
        return tl::make_unexpected(row.error());
      }
      if (is_early_enough(*row)) {
        return std::optional(std::move(*row));
      }
      before = row->entry.sequence().value();
    }
    more = reader.boolean("more");
  }
  return std::optional<EntryRow>();
}

int replay_balance(const CommonOptions& common, const ReplayOptions& options) {
  if (!is_name(options.wallet)) {
    print_error(info(Code::invalid_wallet_id).text);
    return kExitUsage;
  }
  const auto time = parse_time(options.at_time);
  if (!options.at_time.empty() && !time) {
    print_error(fmt::format("`{}` is no time: write 2026-11-23T12:00:00Z", options.at_time));
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin replay");
  const WalletId wallet(options.wallet);
  const auto found = entry_as_of(access, wallet, [&](const EntryRow& row) {
    return time ? row.entry.decided <= *time : row.entry.sequence().value() <= options.at_sequence;
  });
  if (!found) {
    print_error(found.error().detail);
    return found.error().code == Code::not_found ? kExitRefused : kExitFault;
  }
  if (!*found || (*found)->entry.side().after.status == WalletStatus::absent) {
    print_error(fmt::format("wallet {} was not open then", options.wallet));
    return kExitRefused;
  }
  const EntryRow& row = **found;
  const WalletRow then{wallet, row.entry.side().after};
  print_line(common.json ? to_line(to_json(then))
                         : fmt::format("wallet {}: balance {} after sequence {} of {}", options.wallet,
                                       balance_text(then.state), row.entry.sequence().value(),
                                       iso_time(row.entry.decided)));
  return kExitOk;
}

}  // namespace

void add_replay(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand("replay", "go through the journals again");
  command->require_subcommand(1);
  command->footer(
      "\nExamples:\n  florin replay events --shard 2 --from 100 --json\n  florin replay into /tmp/again\n"
      "  florin replay balance 101 --at-sequence 40\n  florin replay balance 101 --at-time "
      "2026-11-23T12:00:00Z\n");

  CLI::App* events = command->add_subcommand("events", "print a shard's events from a sequence on");
  events->add_option("--shard", options->shard, "which shard")->capture_default_str();
  events->add_option("--from", options->from, "first sequence")->capture_default_str();
  events->add_option("--limit", options->limit, "how many at most (0: all)")->capture_default_str();
  events->callback([&common, &action, options] {
    action = [&common, options] { return replay_events(common, *options); };
  });

  CLI::App* into = command->add_subcommand("into", "rebuild the whole state in a fresh data directory");
  into->add_option("directory", options->directory, "a directory that is empty or not there")->required();
  into->callback([&common, &action, options] {
    action = [&common, options] { return replay_state(common, *options); };
  });

  CLI::App* balance = command->add_subcommand("balance", "what a wallet held at an earlier moment");
  balance->add_option("wallet", options->wallet, "wallet id")->required();
  auto* moment = balance->add_option_group("moment", "the moment");
  moment->add_option("--at-sequence", options->at_sequence, "after this sequence of its shard");
  moment->add_option("--at-time", options->at_time, "at this time (UTC, like 2026-11-23T12:00:00Z)");
  moment->require_option(1);
  balance->callback([&common, &action, options] {
    action = [&common, options] { return replay_balance(common, *options); };
  });
}

}  // namespace florin
