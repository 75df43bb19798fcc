/// `florin tail`: what happens, as it happens, without a gap.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>

#include "actors/consumer_agent.hpp"
#include "runtime/log.hpp"
#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

struct TailOptions {
  bool from_start = false;
  std::string wallet;
  std::uint64_t count = 0;
};

/// Prints the entries of each record; keeps no position, because nothing outlives the terminal.
class Printer : public RecordHandler {
 public:
  Printer(const TailOptions& options, bool json) : options_(options), json_(json) {}

  Result<void> take(const BatchRecord& record) override {
    const auto entries = record.entries();
    if (!entries) {
      return tl::make_unexpected(entries.error());
    }
    for (std::size_t i = 0; i < entries->size() && !is_done(); ++i) {
      const Entry& entry = (*entries)[i];
      if (options_.wallet.empty() || entry.command.wallet.view() == options_.wallet) {
        print({record.header.shard, record.header.time, entry});
        ++printed_;
      }
    }
    return {};
  }
  [[nodiscard]] std::size_t pending() const override { return 0; }
  void flush(TimeUs /*now*/) override { std::fflush(stdout); }
  std::vector<Position> restart() override { return {}; }  // a terminal has no fault to recover from
  [[nodiscard]] bool is_done() const { return options_.count != 0 && printed_ >= options_.count; }

 private:
  void print(const EntryRow& row) const {
    if (json_) {
      print_line(to_line(to_json(row)));
      return;
    }
    const Entry& entry = row.entry;
    print_line(fmt::format("{} shard={} seq={} {} {} {} {} balance={} id={}", iso_time(row.committed),
                           row.shard.value(), entry.sequence().value(), entry.command.wallet.view(),
                           name(entry.command.kind), subject_or_dash(entry.command),
                           coloured(result_text(entry), entry.outcome == Outcome::success),
                           balance_text(entry.side().after), entry.command.id.view()));
  }

  const TailOptions options_;
  const bool json_;
  std::uint64_t printed_ = 0;
};

volatile std::sig_atomic_t interrupted = 0;

Result<std::vector<Position>> current_heads(StoreAccess& access) {
  std::vector<Position> heads;
  for (std::uint16_t i = 0; i < access.facts().shards; ++i) {
    const auto payload = access.ask({OwnerRole::shard, ShardIndex(i)}, QueryKind::head, "\x90");
    if (!payload) {
      return tl::make_unexpected(payload.error());
    }
    Reader reader(*payload);
    heads.push_back(decode_position(reader));
  }
  return heads;
}

/// What is followed, and behind which record of each shard.
struct Start {
  Id128 lineage;
  std::vector<Position> positions;
};

/// Holds no store any more when it returns: where the node ends meanwhile, its locks are free for the next.
Result<Start> find_start(const Config& config, const TailOptions& options) {
  StoreAccess access(config, "florin tail");
  if (!access.is_live({OwnerRole::shard, ShardIndex(0)})) {
    return problem(Code::not_found, "nothing is running on this data directory: start `florin run` first");
  }
  if (options.from_start) {
    return Start{access.facts().lineage, {}};
  }
  auto heads = current_heads(access);
  if (!heads) {
    return tl::make_unexpected(heads.error());
  }
  return Start{access.facts().lineage, std::move(*heads)};
}

int tail(const CommonOptions& common, const TailOptions& options) {
  const Config config = common.load();
  const auto start = find_start(config, options);
  if (!start) {
    print_error(start.error().detail);
    return kExitFault;
  }
  std::signal(SIGINT, [](int) { interrupted = 1; });
  std::signal(SIGTERM, [](int) { interrupted = 1; });
  Printer printer(options, common.json);
  FlowObserver silent;
  SharedStatus<ConsumerStatus> status;
  zmq::context_t context(1);
  ConsumerAgent agent("tail", context, config, start->lineage, start->positions, printer, status, silent,
                      nullptr);
  while (interrupted == 0 && !printer.is_done()) {
    try {
      agent.round(100);
    } catch (const zmq::error_t& error) {
      if (error.num() != EINTR) {
        throw;
      }
    }
  }
  return kExitOk;
}

}  // namespace

void add_tail(CLI::App& app, const CommonOptions& common, Action& action) {
  auto options = std::make_shared<TailOptions>();
  CLI::App* command = app.add_subcommand("tail", "follow what is decided, as it happens");
  command->add_flag("--from-start", options->from_start, "begin with the first transaction");
  command->add_option("--wallet", options->wallet, "only this wallet");
  command->add_option("--count", options->count, "end after so many (0: never)")->capture_default_str();
  command->footer(
      "\nExamples:\n  florin tail\n  florin tail --wallet 101 --json\n  florin tail --from-start --count "
      "20\n");
  command->callback(
      [&common, &action, options] { action = [&common, options] { return tail(common, *options); }; });
}

}  // namespace florin
