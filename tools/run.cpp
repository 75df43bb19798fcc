/// `florin run`: every part in one process, until a signal ends it.

#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <ctime>
#include <memory>

#include "actors/node.hpp"
#include "storage/fault.hpp"
#include "tools/exit_codes.hpp"
#include "tools/run_node.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

/// SIGINT and SIGTERM are taken by the main thread alone; the actors' threads inherit the blocked mask.
/// SIGPIPE and SIGXFSZ must come back as errors of the call, not end the process.
sigset_t block_signals() {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return ending;
}

/// Sockets, pipes and store files: about twenty for each shard. Takes what the system allows, and says so
/// where that is too little.
void raise_file_limit(std::uint16_t shards) {
  constexpr rlim_t kFixed = 128;
  constexpr rlim_t kPerShard = 24;
  const rlim_t needed = kFixed + kPerShard * shards;
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < needed) {
    refuse_store(
        fmt::format("{} shards need {} open files, the system allows {}: raise it (ulimit -Hn, or "
                    "LimitNOFILE in the service)",
                    shards, needed, limit.rlim_max));
  }
  limit.rlim_cur = std::max(limit.rlim_cur, needed);
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int run_node(const Config& config, const StoreDecorator& decorate) {
  const sigset_t ending = block_signals();
  raise_file_limit(config.shards);
  Log log(config.log);
  Node node(config, log, decorate);
  constexpr timespec kSecond{1, 0};
  while (sigtimedwait(&ending, nullptr, &kSecond) < 0 && !node.failed()) {
    node.tick();
  }
  node.stop();
  return kExitOk;
}

void add_run(CLI::App& app, const CommonOptions& common, Action& action) {
  CLI::App* command = app.add_subcommand("run", "start everything in one process");
  command->footer(
      "\nExample:\n  florin run                      with config/florin.toml\n"
      "  florin run --data-dir /srv/florin\n\nEnds with 0 on SIGINT and SIGTERM.");
  auto format = std::make_shared<std::string>();
  command->add_option("--log", *format, "log as text or json, instead of the configuration's")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([&common, &action, format] {
    action = [&common, format] {
      Config config = common.load();
      if (!format->empty()) {
        config.log.format = *format == "text" ? LogFormat::text : LogFormat::json;
      }
      return run_node(config, nullptr);
    };
  });
}

}  // namespace florin
