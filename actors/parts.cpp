#include "actors/parts.hpp"

#include <fmt/format.h>

#include <chrono>

#include "actors/bootstrap_agent.hpp"
#include "actors/status_text.hpp"
#include "runtime/clock.hpp"

namespace florin {

namespace {

/// A tool holds a stopped store for a moment only; a second process for the same part gives up after this.
constexpr std::uint32_t kLockPatienceMs = 2000;

std::unique_ptr<LmdbShardStore> open_store(const Process& process, ShardIndex shard) {
  return std::make_unique<LmdbShardStore>(process.data.shard(shard), process.data.facts().lineage, shard,
                                          process.config.env, OpenFor::use, process.config.write_back);
}

}  // namespace

PartLock::PartLock(const Process& process, const std::filesystem::path& store)
    : sockets_(private_directory(process.config.run_dir) / store.filename(), process.role, kLockPatienceMs),
      store_(store, process.role, kLockPatienceMs) {}

std::optional<PartLock> PartLock::try_lock(const Process& process, const std::filesystem::path& store) {
  auto sockets =
      DirectoryLock::try_lock(private_directory(process.config.run_dir) / store.filename(), process.role);
  auto own = sockets ? DirectoryLock::try_lock(store, process.role) : std::nullopt;
  if (!own) {
    return std::nullopt;
  }
  return PartLock(std::move(*sockets), std::move(*own));
}

RouterPart::RouterPart(const Process& process)
    : process_(process),
      lock_(process, process.data.router()),
      refused_log_(process.data.router(), process.config.env),
      inbox_(process.data.inbox(), process.config.router.inbox_bytes_max),
      incarnation_(refused_log_.begin_incarnation()) {}

void RouterPart::start() {
  process_.threads.start(Stage::router, [this] {
    return std::make_unique<RouterAgent>(process_.context, process_.config, incarnation_, refused_log_,
                                         inbox_, inbox_index_, report_, process_.flow);
  });
  if (!process_.config.bootstrap.empty()) {
    process_.threads.start(Stage::senders, [this] {
      return std::make_unique<BootstrapAgent>(process_.context, process_.config, process_.log);
    });
  }
}

QueryDoor RouterPart::door() {
  return {process_.config.endpoints.router_query, router_queries(refused_log_, inbox_index_, [this] {
            return pack_status(report_.get(), process_.doors, process_.name, wall_clock());
          })};
}

ShardPart::ShardPart(const Process& process, ShardIndex shard, PartLock lock, const StoreDecorator& decorate)
    : process_(process), shard_(shard), lock_(std::move(lock)) {
  const auto began = std::chrono::steady_clock::now();
  auto opened = open_store(process, shard);
  const auto took = std::chrono::steady_clock::now() - began;
  process.log.info(
      fmt::format("shard {}", shard.value()), "opened",
      {{"refolded", std::to_string(opened->refolded())},
       {"ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(took).count())}});
  lmdb_store_ = opened.get();
  store_ = decorate ? decorate(std::move(opened)) : std::move(opened);
}

void ShardPart::start() {
  process_.threads.start(Stage::shards, [this] { return make_agent(); });
}

std::unique_ptr<ShardAgent> ShardPart::make_agent() {
  const Config& config = process_.config;
  const ShardSettings settings{process_.data.facts().lineage,
                               shard_,
                               process_.name,
                               config.fault_retry_min_ms,
                               config.fault_retry_max_ms,
                               config.router.heartbeat_ms};
  return std::make_unique<ShardAgent>(process_.context, config, *store_, settings, status_, process_.flow);
}

QueryDoor ShardPart::door() {
  return {Endpoints::of_shard(process_.config.endpoints.shard_query, shard_), shard_queries(*store_, [this] {
            return pack_status(status_.get(), lmdb_store_->space(), process_.name);
          })};
}

Position ShardPart::head() const {
  const Head head = status_.get().head;
  return position_of(head.header, head.hash);
}

void ShardPart::finish() {
  try {
    store_->finish();
  } catch (const StoreFault& fault) {
    process_.log.warning(fmt::format("shard {}", shard_.value()),
                         "wallets are not written back: the next start does it", {{"reason", fault.what()}});
  }
}

AccountingPart::AccountingPart(const Process& process)
    : process_(process),
      lock_(process, process.data.accounting()),
      store_(process.data.accounting(), process.config.env),
      logic_(store_, process.flow) {}

void AccountingPart::start(LastHeads last_heads) {
  process_.threads.start(Stage::consumers, [this, last_heads = std::move(last_heads)] {
    return std::make_unique<ConsumerAgent>("accounting", process_.context, process_.config,
                                           process_.data.facts().lineage, store_.positions(), logic_, status_,
                                           process_.flow, last_heads);
  });
}

QueryDoor AccountingPart::door() {
  return {process_.config.endpoints.accounting_query,
          accounting_queries(store_, [this] { return pack_status(status_.get(), process_.name); })};
}

DeadLetterPart::DeadLetterPart(const Process& process)
    : process_(process),
      lock_(process, process.data.dead_letters()),
      store_(process.data.dead_letters(), process.config.env),
      logic_(store_, process.flow) {}

void DeadLetterPart::start(LastHeads last_heads) {
  process_.threads.start(Stage::consumers, [this, last_heads = std::move(last_heads)] {
    return std::make_unique<DeadLetterAgent>(process_.context, process_.config, process_.data.facts().lineage,
                                             store_, logic_, status_, process_.flow, last_heads);
  });
}

QueryDoor DeadLetterPart::door() {
  return {process_.config.endpoints.dead_letter_query,
          dead_letter_queries(
              store_,
              [this] {
                return pack_status(status_.get(), process_.name, store_.positions(),
                                   {store_.counts(), store_.handled_counts()});
              },
              wall_clock)};
}

}  // namespace florin
