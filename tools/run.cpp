/// `florin run`: every part in one process, until a signal ends it.

#include <CLI/CLI.hpp>
#include <csignal>
#include <ctime>
#include <memory>

#include "actors/node.hpp"
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

}  // namespace

int run_node(const Config& config, const StoreDecorator& decorate) {
  const sigset_t ending = block_signals();
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
