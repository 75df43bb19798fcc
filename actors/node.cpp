#include "actors/node.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <optional>
#include <string>
#include <vector>

#include "actors/gateway_agent.hpp"
#include "actors/worker_agent.hpp"
#include "actors/zap_agent.hpp"
#include "base/text.hpp"
#include "runtime/flow_log.hpp"

namespace florin {

namespace {

/// A little more than what router, consumers and doors open, and what each shard adds to them.
constexpr int kSocketsFixed = 64;
constexpr int kSocketsPerShard = 10;

}  // namespace

/// Members are destroyed from the last to the first: the threads end before what they use.
struct Node::Hosted {
  Hosted(const Config& given, const Roles& roles, Log& given_log, const StoreDecorator& decorate)
      : config(given),
        name(process_name(roles.program, roles.name_by)),
        has_gateway(roles.gateway && given.gateway.enabled),
        log(given_log),
        flow(log, name, config.log.flow_lines_per_second_max),
        data(DataDirectory::open_or_create(config.data_dir, config.shards, random_id())),
        context(1),
        process{config,  random_id(), name,       "florin " + roles.program, data, log, flow,
                context, threads,     door_counts} {
    context.set(zmq::ctxopt::max_sockets, kSocketsFixed + kSocketsPerShard * config.shards);
    if (config.doors.server) {
      zap.emplace(make_zap_socket(context));
    }
    // Every lock is taken and every store opened before the first thread opens a door.
    if (roles.router) {
      router.emplace(process);
    }
    for (const ShardIndex shard : roles.shards) {
      shards.push_back(
          std::make_unique<ShardPart>(process, shard, PartLock(process, data.shard(shard)), decorate));
    }
    if (roles.placed_shards) {
      placed_shards = [this, decorate] { return std::make_unique<WorkerAgent>(process, decorate); };
    } else if (!roles.shards.empty()) {
      placed_shards = [this, pinned = roles.shards] {
        return std::make_unique<PinnedAgent>(process, pinned);
      };
    }
    if (roles.accounting) {
      accounting.emplace(process);
    }
    if (roles.dead_letter) {
      dead_letters.emplace(process);
    }
  }

  void start();
  void start_doors();
  [[nodiscard]] std::vector<QueryDoor> doors();
  [[nodiscard]] LastHeads last_heads() const;

  const Config config;
  const std::string name;
  const bool has_gateway;
  Log& log;
  FlowLog flow;
  DataDirectory data;
  zmq::context_t context;
  std::optional<zmq::socket_t> zap;  ///< as long as any door
  DoorCounts door_counts;
  const Process process;
  std::optional<RouterPart> router;
  std::vector<std::unique_ptr<ShardPart>> shards;
  AgentFactory placed_shards;  ///< who tells the router of shards; nobody where there are none
  std::optional<AccountingPart> accounting;
  std::optional<DeadLetterPart> dead_letters;
  AgentThreads threads;
};

void Node::Hosted::start() {
  log.info("florin", "started",
           {{"process", name},
            {"data", config.data_dir.string()},
            {"shards", std::to_string(config.shards)},
            {"front", config.endpoints.front},
            {"lineage", to_hex(data.facts().lineage.view())},
            {"incarnation", router ? std::to_string(router->incarnation().value()) : "-"}});
  start_doors();
  if (router) {
    router->start();
  }
  if (auto open = doors(); !open.empty()) {
    threads.start(Stage::doors, [this, open = std::move(open)] {
      return std::make_unique<QueryAgent>(context, open, config.doors, door_counts, flow);
    });
  }
  for (const auto& shard : shards) {
    shard->start();
  }
  if (placed_shards) {
    threads.start(Stage::shards, placed_shards);
  }
  if (accounting) {
    accounting->start(last_heads());
  }
  if (dead_letters) {
    dead_letters->start(last_heads());
  }
  if (has_gateway) {
    threads.start(Stage::senders,
                  [this] { return std::make_unique<GatewayAgent>(context, config, name, log); });
  }
}

/// Before any of them is open.
void Node::Hosted::start_doors() {
  if (zap) {
    threads.start(Stage::doors,
                  [this] { return std::make_unique<ZapAgent>(*zap, config.doors, door_counts, flow); });
  } else if (config.doors.insecure == Insecure::yes) {
    log.warning("florin", "insecure",
                {{"why",
                  "--insecure: whoever reaches a TCP door can do everything. `florin keygen --server` "
                  "and `doors.server_key_file` end that"}});
  }
}

std::vector<QueryDoor> Node::Hosted::doors() {
  std::vector<QueryDoor> doors;
  for (const auto& shard : shards) {
    doors.push_back(shard->door());
  }
  if (router) {
    doors.push_back(router->door());
  }
  if (accounting) {
    doors.push_back(accounting->door());
  }
  if (dead_letters) {
    doors.push_back(dead_letters->door());
  }
  return doors;
}

LastHeads Node::Hosted::last_heads() const {
  if (shards.empty()) {
    return nullptr;
  }
  return [this] {
    std::vector<Position> heads;
    for (const auto& shard : shards) {
      if (const Position head = shard->head(); head.ordinal > BatchOrdinal(0)) {
        heads.push_back(head);
      }
    }
    return heads;
  };
}

Node::Node(const Config& config, const Roles& roles, Log& log, const StoreDecorator& decorate)
    : hosted_(std::make_unique<Hosted>(config, roles, log, decorate)) {
  hosted_->start();
}

Node::~Node() = default;

void Node::tick() {
  hosted_->flow.tick();
}

bool Node::failed() const {
  return hosted_->threads.failed();
}

void Node::stop() {
  hosted_->threads.stop(hosted_->config.drain_timeout_ms);
  hosted_->threads.rethrow_failure();
  for (const auto& shard : hosted_->shards) {
    shard->finish();
  }
  hosted_->log.info("florin", "stopped", {{"process", hosted_->name}});
}

Id128 random_id() {
  Id128 id;
  randombytes_buf(id.bytes.data(), id.bytes.size());
  return id;
}

}  // namespace florin
