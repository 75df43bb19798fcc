/// `florin reshard`.

#include "logic/reshard.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "routing/shard_of.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_inbox_store.hpp"
#include "storage/partial_directory.hpp"
#include "tools/exit_codes.hpp"
#include "tools/new_store.hpp"
#include "tools/present.hpp"
#include "tools/progress.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct ReshardOptions {
  std::uint16_t shards = 0;
  std::string to;
};

/// What was accepted and is not decided is in no journal, so it would be missing in the new store.
void refuse_accepted(const Config& config, const DataDirectory& data) {
  if (!std::filesystem::exists(data.inbox())) {
    return;
  }
  LmdbInboxStore inbox(data.inbox(), config.router.inbox_bytes_max);
  for (std::uint16_t shard = 0; shard < data.facts().shards; ++shard) {
    if (!inbox.read(ShardIndex(shard), InboxPosition(1), 1).empty()) {
      refuse_store(
          fmt::format("the inbox of shard {} holds commands that were accepted and are not decided: start "
                      "florin, wait until `florin status` shows none, and stop it again",
                      shard));
    }
  }
}

int reshard_store(const CommonOptions& common, const ReshardOptions& options) {
  if (!PartialDirectory::is_free(options.to)) {
    print_error(fmt::format("{} is not empty: name a fresh directory with --to", options.to));
    return kExitUsage;
  }
  const Config config = common.load();
  const DataDirectory data = DataDirectory::open(config.data_dir);
  const StoppedStores old(data, config.env, config.write_back, "florin reshard");
  refuse_accepted(config, data);
  ProgressLine line("transactions dealt out and compared");
  const NewStore made = make_store(config, options.to, options.shards, [&](const NewStores& target) {
    return reshard(old, target, [&](std::uint64_t count) { line.show(count); });
  });
  print_new_store(made, config, data.facts().lineage, common.json);
  return kExitOk;
}

}  // namespace

void add_reshard(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<ReshardOptions>();
  CLI::App* command =
      app.add_subcommand("reshard", "make a stopped store again with another number of shards");
  command->add_option("--shards", options->shards, "how many")
      ->required()
      ->check(CLI::Range(1, int{kShardsMax}));
  command->add_option("--to", options->to, "the new data directory; it must not be there yet")->required();
  command->footer(
      "\nStop florin first. The old data directory (--data-dir) is only read, and kept. Every wallet, total, "
      "id and outcome is compared before the new one is put in its place.\n"
      "\nExample:\n  florin reshard --shards 8 --to /srv/florin-8\n");
  command->callback([&common, &action, options] {
    action = [&common, options] { return reshard_store(common, *options); };
  });
}

}  // namespace florin
