#include "actors/node.hpp"

#include <fmt/format.h>
#include <sodium.h>
#include <unistd.h>

#include "actors/bootstrap_agent.hpp"
#include "actors/consumer_agent.hpp"
#include "actors/query_agent.hpp"
#include "actors/router_agent.hpp"
#include "actors/shard_agent.hpp"
#include "actors/status_text.hpp"
#include "base/text.hpp"
#include "logic/accounting_logic.hpp"
#include "logic/dead_letter_logic.hpp"
#include "runtime/flow_log.hpp"
#include "storage/directory_lock.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "storage/lmdb_shard_store.hpp"

namespace florin {

namespace {

constexpr std::string_view kRole = "florin run";
/// A tool holds a stopped store for a moment only; a second node gives up after this.
constexpr std::uint32_t kLockPatienceMs = 2000;

/// A little more than what router, consumers and doors open, and what each shard adds to them.
constexpr int kSocketsFixed = 64;
constexpr int kSocketsPerShard = 8;

ShardSettings shard_settings(const Config& config, const Id128& lineage, ShardIndex shard,
                             const std::string& worker) {
  return {lineage,
          shard,
          worker,
          config.fault_retry_min_ms,
          config.fault_retry_max_ms,
          config.router.heartbeat_ms};
}

}  // namespace

/// A shard's lock, store and status: what its actor and the query thread share.
struct Node::Shard {
  Shard(const Config& config, const DataDirectory& data, ShardIndex index, const StoreDecorator& decorate)
      : shard(index), lock(data.shard(index), std::string(kRole), kLockPatienceMs) {
    auto opened =
        std::make_unique<LmdbShardStore>(data.shard(index), data.facts().lineage, index, config.env);
    lmdb_store = opened.get();
    store = decorate ? decorate(std::move(opened)) : std::move(opened);
  }

  ShardIndex shard;
  DirectoryLock lock;
  std::unique_ptr<ShardStore> store;
  LmdbShardStore* lmdb_store = nullptr;  ///< the same, or what the decorator wraps
  SharedStatus<ShardStatus> status;
};

/// Members are destroyed from the last to the first: the threads end before what they use.
struct Node::Parts {
  Parts(const Config& given, Log& given_log, const StoreDecorator& decorate)
      : config(given),
        log(given_log),
        worker(fmt::format("run-{}", ::getpid())),
        flow(log, worker, config.log.flow_lines_per_second_max),
        run_dir_lock(private_directory(config.run_dir), std::string(kRole), kLockPatienceMs),
        data(DataDirectory::open_or_create(config.data_dir, config.shards, random_id())),
        router_lock(data.router(), std::string(kRole), kLockPatienceMs),
        accounting_lock(data.accounting(), std::string(kRole), kLockPatienceMs),
        dead_letter_lock(data.dead_letters(), std::string(kRole), kLockPatienceMs),
        refused_log(data.router(), config.env),
        accounting_store(data.accounting(), config.env),
        dead_letter_store(data.dead_letters(), config.env),
        accounting(accounting_store, flow),
        dead_letters(dead_letter_store, flow),
        context(1) {
    context.set(zmq::ctxopt::max_sockets, kSocketsFixed + kSocketsPerShard * config.shards);
    for (std::uint16_t i = 0; i < config.shards; ++i) {
      shards.push_back(std::make_unique<Shard>(config, data, ShardIndex(i), decorate));
    }
    start();
  }

  void start();
  [[nodiscard]] std::vector<QueryDoor> query_doors();

  const Config config;
  Log& log;
  const std::string worker;
  FlowLog flow;
  DirectoryLock run_dir_lock;  ///< two nodes must not take each other's sockets
  DataDirectory data;
  DirectoryLock router_lock;
  DirectoryLock accounting_lock;
  DirectoryLock dead_letter_lock;
  LmdbRefusedLog refused_log;
  LmdbAccountingStore accounting_store;
  LmdbDeadLetterStore dead_letter_store;
  AccountingLogic accounting;
  DeadLetterLogic dead_letters;
  std::vector<std::unique_ptr<Shard>> shards;
  SharedStatus<RouterReport> router_report;
  SharedStatus<ConsumerStatus> accounting_status;
  SharedStatus<ConsumerStatus> dead_letter_status;
  zmq::context_t context;
  AgentThreads threads;
};

std::vector<QueryDoor> Node::Parts::query_doors() {
  const Endpoints& endpoints = config.endpoints;
  std::vector<QueryDoor> doors;
  for (const auto& parts : shards) {
    Shard& shard = *parts;
    doors.push_back(
        {Endpoints::of_shard(endpoints.shard_query, shard.shard), shard_queries(*shard.store, [this, &shard] {
           return pack_status(shard.status.get(), shard.lmdb_store->space(), worker);
         })});
  }
  doors.push_back({endpoints.router_query,
                   router_queries(refused_log, [this] { return pack_status(router_report.get()); })});
  doors.push_back({endpoints.accounting_query, accounting_queries(accounting_store, [this] {
                     return pack_status(accounting_status.get());
                   })});
  doors.push_back({endpoints.dead_letter_query, dead_letter_queries(dead_letter_store, [this] {
                     return pack_status(dead_letter_status.get(), dead_letter_store.positions(),
                                        dead_letter_store.counts());
                   })});
  return doors;
}

void Node::Parts::start() {
  const Id128 lineage = data.facts().lineage;
  const Incarnation incarnation = refused_log.begin_incarnation();
  log.info("florin", "started",
           {{"data", config.data_dir.string()},
            {"shards", std::to_string(config.shards)},
            {"front", config.endpoints.front},
            {"lineage", to_hex(lineage.view())},
            {"incarnation", std::to_string(incarnation.value())}});
  threads.start([this, incarnation] {
    return std::make_unique<RouterAgent>(context, config, incarnation, refused_log, router_report, flow);
  });
  threads.start([this] { return std::make_unique<QueryAgent>(context, query_doors()); });
  for (const auto& parts : shards) {
    threads.start([this, lineage, &shard = *parts] {
      return std::make_unique<ShardAgent>(context, config, *shard.store,
                                          shard_settings(config, lineage, shard.shard, worker), shard.status,
                                          flow);
    });
  }
  threads.start([this, lineage] {
    return std::make_unique<ConsumerAgent>("accounting", context, config, lineage,
                                           accounting_store.positions(), accounting, accounting_status, flow);
  });
  threads.start([this, lineage] {
    return std::make_unique<DeadLetterAgent>(context, config, lineage, dead_letter_store, dead_letters,
                                             dead_letter_status, flow);
  });
  if (!config.bootstrap.empty()) {
    threads.start([this] { return std::make_unique<BootstrapAgent>(context, config, log); });
  }
}

Node::Node(const Config& config, Log& log, const StoreDecorator& decorate)
    : parts_(std::make_unique<Parts>(config, log, decorate)) {}

Node::~Node() = default;

void Node::tick() {
  parts_->flow.tick();
}

bool Node::failed() const {
  return parts_->threads.failed();
}

void Node::stop() {
  parts_->threads.stop();
  parts_->threads.rethrow_failure();
  parts_->log.info("florin", "stopped");
}

Id128 random_id() {
  Id128 id;
  randombytes_buf(id.bytes.data(), id.bytes.size());
  return id;
}

}  // namespace florin
