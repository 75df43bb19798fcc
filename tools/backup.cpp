/// `florin backup` and `florin restore`.

#include "logic/backup.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "logic/backup_check.hpp"
#include "runtime/clock.hpp"
#include "runtime/log.hpp"
#include "storage/fault.hpp"
#include "storage/partial_directory.hpp"
#include "tools/exit_codes.hpp"
#include "tools/new_store.hpp"
#include "tools/present.hpp"
#include "tools/progress.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct BackupOptions {
  std::string directory;
  bool check = false;
};

void print_backup(const BackupReport& report, const PartialDirectory& directory, bool json) {
  const BackupManifest& manifest = report.manifest;
  const bool is_closed = manifest.cut == BackupCut::closed;
  if (json) {
    nlohmann::ordered_json shown;
    shown["backup"] = directory.target().string();
    shown["lineage"] = to_hex(manifest.lineage.view());
    shown["cut"] = is_closed ? "closed" : "open";
    shown["shards"] = manifest.shards.size();
    shown["records"] = report.records;
    shown["transactions"] = report.transactions;
    shown["refused"] = report.refused;
    shown["bytes"] = report.bytes;
    print_line(to_line(shown));
    return;
  }
  print_line(fmt::format("{} transactions of {} shards in {}: {} bytes, {} cut", report.transactions,
                         manifest.shards.size(), directory.target().string(), report.bytes,
                         is_closed ? "closed" : "open"));
}

int back_up(const CommonOptions& common, const BackupOptions& options) {
  if (!PartialDirectory::is_free(options.directory)) {
    print_error(fmt::format("{} is not empty: name a directory that is not there", options.directory));
    return kExitUsage;
  }
  StoreAccess access(common.load(), "florin backup", OpenFor::inspect);
  PartialDirectory directory(options.directory);
  const BackupSource source{access.asker(), [&](const Owner& owner) { access.release(owner); }};
  BackupManifest made;
  made.florin = version_text();
  made.created = iso_time(wall_clock());
  ProgressLine line("transactions copied");
  const BackupReport report = write_backup(source, access.facts(), directory.path(), std::move(made),
                                           [&](std::uint64_t count) { line.show(count); });
  directory.finish();
  print_backup(report, directory, common.json);
  if (report.manifest.cut != BackupCut::closed) {
    print_error("the cut is open: transfers were under way. It cannot be restored; make another");
    return kExitFault;
  }
  return kExitOk;
}

int check(const CommonOptions& common, const BackupOptions& options) {
  ProgressLine line("transactions checked");
  const BackupCheck found = check_backup(options.directory, [&](std::uint64_t count) { line.show(count); });
  if (common.json) {
    nlohmann::ordered_json shown;
    shown["backup"] = options.directory;
    shown["transactions"] = found.transactions;
    shown["wallets"] = found.wallets;
    shown["refused"] = found.refused;
    shown["problems"] = found.problems;
    shown["totals"] = to_json(found.totals);
    print_line(to_line(shown));
  } else {
    for (const std::string& problem : found.problems) {
      print_line(problem);
    }
    print_line(fmt::format("{} transactions and {} wallets checked, {} problems", found.transactions,
                           found.wallets, found.problems.size()));
  }
  return found.problems.empty() ? kExitOk : kExitDiscrepancy;
}

int restore(const CommonOptions& common, const BackupOptions& options) {
  const Config config = common.load();
  const BackupManifest manifest = read_manifest(options.directory);
  if (!PartialDirectory::is_free(config.data_dir)) {
    print_error(
        fmt::format("{} is not empty: name a fresh directory with --data-dir", config.data_dir.string()));
    return kExitUsage;
  }
  ProgressLine line("transactions restored");
  const NewStore made =
      make_store(config, config.data_dir, static_cast<std::uint16_t>(manifest.shards.size()),
                 [&](const NewStores& target) {
                   return restore_backup(options.directory, manifest, target,
                                         [&](std::uint64_t count) { line.show(count); });
                 });
  print_new_store(made, config, manifest.lineage, common.json);
  return kExitOk;
}

}  // namespace

void add_backup(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* backup = app.add_subcommand("backup", "copy all journals, from a running store or a stopped one");
  backup->add_option("directory", options->directory, "where to; it must not be there yet")->required();
  backup->add_flag("--check", options->check, "check the backup that is there, instead of making one");
  backup->footer(
      "\nThe directory is there whole or not at all. Accounting and dead letters are not in it: they follow "
      "from the rest.\n--check ends with 3 where anything is damaged.\n"
      "\nExamples:\n  florin backup /srv/backups/monday\n  florin backup --check /srv/backups/monday\n");
  backup->callback([&common, &action, options] {
    action = [&common, options] {
      return options->check ? check(common, *options) : back_up(common, *options);
    };
  });

  CLI::App* again = app.add_subcommand("restore", "make a data directory from a backup");
  again->add_option("directory", options->directory, "the backup")->required();
  again->footer(
      "\nThe data directory (--data-dir) must be empty or not there. It gets a lineage of its own: whoever "
      "followed the old store begins anew.\n"
      "\nExample:\n  florin restore /srv/backups/monday --data-dir /srv/florin\n");
  again->callback(
      [&common, &action, options] { action = [&common, options] { return restore(common, *options); }; });
}

}  // namespace florin
