/// `florin status`: how the parts are.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tools/exit_codes.hpp"
#include "tools/present.hpp"
#include "tools/store_access.hpp"
#include "tools/tool.hpp"

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

Json ask_status(StoreAccess& access, const Owner& owner) {
  const auto payload = access.ask(owner, QueryKind::status, "\x90");
  Json status = payload ? Json::from_msgpack(*payload)
                        : Json{{"phase", "not answering"}, {"reason", payload.error().detail}};
  status["live"] = access.is_live(owner);
  return status;
}

Json collect(StoreAccess& access) {
  Json status;
  status["router"] = ask_status(access, {OwnerRole::router, {}});
  for (std::uint16_t i = 0; i < access.facts().shards; ++i) {
    status["shards"].push_back(ask_status(access, {OwnerRole::shard, ShardIndex(i)}));
  }
  status["accounting"] = ask_status(access, {OwnerRole::accounting, {}});
  status["dead_letters"] = ask_status(access, {OwnerRole::dead_letter, {}});
  return status;
}

std::string field(const Json& json, const char* key) {
  if (!json.contains(key)) {
    return "-";
  }
  return json[key].is_string() ? json[key].get<std::string>() : json[key].dump();
}

/// How many commands wait there, what they take, and since when.
std::string inbox_text(const Json& router, std::size_t shard) {
  if (!router.contains("shards")) {
    return "-";
  }
  const Json& of = router["shards"][shard];
  const auto commands = of["inbox_commands"].get<std::uint64_t>();
  return commands == 0
             ? "0"
             : fmt::format("{} ({} KiB, {} s)", commands, of["inbox_bytes"].get<std::uint64_t>() / 1024,
                           of["inbox_oldest_ms"].get<std::uint64_t>() / 1000);
}

std::string shard_table(const Json& status) {
  Table table({"SHARD", "PHASE", "WORKER", "EPOCH", "SEQUENCE", "QUEUED", "INBOX", "COMMITS", "FAULTS",
               "STORE", "REASON"});
  const Json& shards = status["shards"];
  for (std::size_t i = 0; i < shards.size(); ++i) {
    const Json& shard = shards[i];
    const std::string queued =
        status["router"].contains("shards") ? field(status["router"]["shards"][i], "queued") : "-";
    const std::string bytes = shard.contains("store_bytes")
                                  ? fmt::format("{} KiB", shard["store_bytes"].get<std::uint64_t>() / 1024)
                                  : "-";
    table.add({std::to_string(i), field(shard, "phase"), field(shard, "worker"), field(shard, "epoch"),
               field(shard, "sequence"), queued, inbox_text(status["router"], i), field(shard, "commits"),
               field(shard, "faults"), bytes, field(shard, "reason")});
  }
  return table.text();
}

/// What a worker has, and what it waits for: `0, 1; 2 waiting for florin worker (process 4711 on host)`.
std::string shards_of(const Json& worker) {
  std::string holds;
  std::string others;
  for (const Json& shard : worker["shards"]) {
    if (shard["hold"] == "serving") {
      holds += fmt::format("{}{}", holds.empty() ? "" : ", ", field(shard, "shard"));
      continue;
    }
    const std::string reason = field(shard, "reason");
    others += fmt::format("; {} {}{}{}", field(shard, "shard"), field(shard, "hold"),
                          reason.empty() ? "" : (shard["hold"] == "waiting" ? " for " : ": "), reason);
  }
  return (holds.empty() ? "none" : holds) + others;
}

std::string worker_table(const Json& router) {
  Table table({"WORKER", "HEARD", "SHARDS"});
  for (const Json& worker : router["workers"]) {
    const bool leaving = worker["leaving"].get<bool>();
    table.add({field(worker, "worker"), field(worker, "silent_ms") + " ms ago",
               shards_of(worker) + (leaving ? " (leaving)" : "")});
  }
  return table.text();
}

std::string consumer_line(const Json& consumer, std::string_view who) {
  if (!consumer.contains("shards")) {
    return fmt::format("{}: {}", who, field(consumer, "phase"));
  }
  std::uint64_t behind = 0;
  std::uint64_t gaps = 0;
  std::string diverged;
  for (const Json& shard : consumer["shards"]) {
    behind += shard["behind_records"].get<std::uint64_t>();
    gaps += shard["gaps"].get<std::uint64_t>();
    if (!shard["diverged"].get<std::string>().empty()) {
      diverged +=
          fmt::format(", DIVERGED from shard {}: {}", field(shard, "shard"), field(shard, "diverged"));
    }
  }
  return fmt::format("{}: live as {}, {} records behind, {} gaps fetched{}", who, field(consumer, "process"),
                     behind, gaps, diverged);
}

int show_status(const CommonOptions& common) {
  StoreAccess access(common.load(), "florin status");
  const Json status = collect(access);
  if (common.json) {
    print_line(to_line(status));
    return kExitOk;
  }
  const Json& router = status["router"];
  print_line(
      router.contains("incarnation")
          ? fmt::format("router: live as {}, start {}, received {}, answered {}, refused {}, overloaded {}",
                        field(router, "process"), field(router, "incarnation"), field(router, "received"),
                        field(router, "answered"), field(router, "refused"), field(router, "overloaded"))
          : fmt::format("router: {}", field(router, "phase")));
  if (const std::string fault = router.value("inbox_fault", ""); !fault.empty()) {
    print_line("the inbox cannot be written: " + fault);
  }
  print_line(shard_table(status));
  if (router.contains("workers") && !router["workers"].empty()) {
    print_line(worker_table(router));
  }
  print_line(consumer_line(status["accounting"], "accounting"));
  const Json& sink = status["dead_letters"];
  print_line(consumer_line(sink, "dead letters"));
  if (sink.contains("rejected")) {
    print_line(
        fmt::format("dead letters by class: rejected {}, suspicious {}, malformed {}, failed {}, unapplied "
                    "{}; {} need action",
                    field(sink, "rejected"), field(sink, "suspicious"), field(sink, "malformed"),
                    field(sink, "failed"), field(sink, "unapplied"), field(sink, "needs_action")));
  }
  return kExitOk;
}

}  // namespace

void add_status(CLI::App& app, const CommonOptions& common, Action& action) {
  CLI::App* command = app.add_subcommand("status", "show how router, shards and consumers are");
  command->footer("\nExamples:\n  florin status\n  florin status --json | jq .shards\n");
  command->callback([&] { action = [&common] { return show_status(common); }; });
}

}  // namespace florin
