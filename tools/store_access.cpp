#include "tools/store_access.hpp"

#include <chrono>
#include <thread>

#include "base/invariant.hpp"
#include "logic/record_sources.hpp"
#include "logic/router_inbox.hpp"
#include "protocol/writer.hpp"
#include "routing/shard_of.hpp"
#include "runtime/clock.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "storage/lmdb_inbox_store.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kAnswerTimeoutMs = 5000;

/// Longer than the pause between two looks of somebody who waits for a lock.
constexpr auto kLetOthersIn = std::chrono::milliseconds(50);

std::string stopped_status() {
  Writer writer;
  writer.map(1).text("phase").text("stopped");
  return std::move(writer).take();
}

/// What a store that was opened here has replied.
Result<std::string> payload_of(const std::string& bytes) {
  const auto reply = decode_reply(bytes);
  invariant(reply.has_value(), "our own reply is well-formed");
  return reply->code == Code::none ? Result<std::string>(std::string(reply->payload))
                                   : problem(reply->code, reply->detail);
}

}  // namespace

/// A stopped owner's store, opened here under its lock. Whichever of the stores it is.
struct StoreAccess::Stopped {
  explicit Stopped(DirectoryLock held) : lock(std::move(held)) {}

  DirectoryLock lock;
  std::unique_ptr<ShardStore> shard;
  std::unique_ptr<AccountingStore> accounting;
  std::unique_ptr<DeadLetterStore> dead_letters;
  std::unique_ptr<RefusedLog> refused;
  InboxIndex inbox;
  QueryHandler handler;
};

StoreAccess::StoreAccess(const Config& config, std::string role, OpenFor purpose)
    : config_(config),
      role_(std::move(role)),
      purpose_(purpose),
      data_(DataDirectory::open(config.data_dir)),
      client_(kAnswerTimeoutMs, config.doors.client) {}

StoreAccess::~StoreAccess() = default;

std::string StoreAccess::endpoint(const Owner& owner) const {
  switch (owner.role) {
    case OwnerRole::shard: return Endpoints::of_shard(config_.endpoints.shard_query, owner.shard);
    case OwnerRole::router: return config_.endpoints.router_query;
    case OwnerRole::accounting: return config_.endpoints.accounting_query;
    case OwnerRole::dead_letter: return config_.endpoints.dead_letter_query;
  }
  invariant(false, "a role is one of its enumerators");
  return {};
}

std::filesystem::path StoreAccess::directory(const Owner& owner) const {
  switch (owner.role) {
    case OwnerRole::shard: return data_.shard(owner.shard);
    case OwnerRole::router: return data_.router();
    case OwnerRole::accounting: return data_.accounting();
    case OwnerRole::dead_letter: return data_.dead_letters();
  }
  invariant(false, "a role is one of its enumerators");
  return {};
}

StoreAccess::Stopped* StoreAccess::stopped(const Owner& owner) {
  const std::filesystem::path where = directory(owner);
  const auto known = opened_.find(where.string());
  if (known != opened_.end()) {
    return known->second.get();
  }
  auto lock = DirectoryLock::try_lock(where, role_);
  if (!lock) {
    return opened_.emplace(where.string(), nullptr).first->second.get();
  }
  auto store = std::make_unique<Stopped>(std::move(*lock));
  switch (owner.role) {
    case OwnerRole::shard:
      store->shard = std::make_unique<LmdbShardStore>(where, data_.facts().lineage, owner.shard, config_.env,
                                                      purpose_, config_.write_back);
      store->handler = shard_queries(*store->shard, stopped_status);
      break;
    case OwnerRole::router:
      store->refused = std::make_unique<LmdbRefusedLog>(where, config_.env);
      index_inbox(store->inbox);
      store->handler = router_queries(*store->refused, store->inbox, stopped_status);
      break;
    case OwnerRole::accounting:
      store->accounting = std::make_unique<LmdbAccountingStore>(where, config_.env);
      store->handler = accounting_queries(*store->accounting, stopped_status);
      break;
    case OwnerRole::dead_letter:
      store->dead_letters = std::make_unique<LmdbDeadLetterStore>(where, config_.env);
      store->handler = dead_letter_queries(*store->dead_letters, stopped_status, wall_clock);
      break;
  }
  return opened_.emplace(where.string(), std::move(store)).first->second.get();
}

/// Under the router's lock.
void StoreAccess::index_inbox(InboxIndex& index) const {
  LmdbInboxStore store(data_.inbox(), config_.router.inbox_bytes_max);
  FlowObserver observer;
  const RouterInbox inbox(store, index, config_.router, data_.facts().shards, observer);
}

bool StoreAccess::is_live(const Owner& owner) {
  const auto where = directory(owner);
  const auto known = opened_.find(where.string());
  return known != opened_.end() ? known->second == nullptr : !DirectoryLock::try_lock(where, role_);
}

Result<std::string> StoreAccess::ask(const Owner& owner, QueryKind kind, std::string_view parameters) {
  // A stopped store tells nothing but that, for which it need not be opened: that takes a while, and whoever
  // wants to start meanwhile would find it in use.
  if (kind == QueryKind::status && !is_live(owner)) {
    return stopped_status();
  }
  Stopped* here = stopped(owner);
  if (here == nullptr) {
    auto answer = client_.ask(endpoint(owner), kind, parameters);
    if (answer || answer.error().code != Code::overloaded) {
      return answer;
    }
    opened_.erase(directory(owner).string());  // the owner may have ended meanwhile: look at the lock again
    here = stopped(owner);
    if (here == nullptr) {
      return answer;
    }
  }
  return payload_of(here->handler(encode_query(next_request_++, kind, parameters)));
}

Result<Letter> StoreAccess::tell(const Handle& handle) {
  constexpr Owner kSink{OwnerRole::dead_letter, {}};
  const Stopped* here = stopped(kSink);
  const auto payload = here == nullptr ? client_.tell(endpoint(kSink), handle)
                                       : payload_of(here->handler(encode_handle(handle)));
  if (!payload) {
    return tl::make_unexpected(payload.error());
  }
  Reader reader(*payload);
  Letter letter = decode_letter(reader);
  reader.finish();
  return reader.ok() ? Result<Letter>(std::move(letter)) : tl::make_unexpected(reader.problem());
}

Asker StoreAccess::asker() {
  return [this](const Owner& owner, QueryKind kind, std::string_view parameters) {
    return ask(owner, kind, parameters);
  };
}

void StoreAccess::release(const Owner& owner) {
  const auto known = opened_.find(directory(owner).string());
  if (known == opened_.end()) {
    return;
  }
  const bool was_stopped = known->second != nullptr;
  opened_.erase(known);
  if (was_stopped) {
    std::this_thread::sleep_for(kLetOthersIn);
  }
}

ShardIndex StoreAccess::shard_of_wallet(const WalletId& wallet) const {
  return shard_of(wallet, data_.facts().shards);
}

RecordSource record_source(StoreAccess& access, ShardIndex shard) {
  return asked_records(access.asker(), shard);
}

}  // namespace florin
