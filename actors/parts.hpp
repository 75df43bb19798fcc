#pragma once

/// The parts that a process can host. Each holds its locks and its store, knows the threads that make it live
/// and the doors at which it is asked. They share nothing but the process.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "actors/agent.hpp"
#include "actors/consumer_agent.hpp"
#include "actors/door_counts.hpp"
#include "actors/query_agent.hpp"
#include "actors/router_agent.hpp"
#include "actors/shard_agent.hpp"
#include "actors/shared_status.hpp"
#include "logic/accounting_logic.hpp"
#include "logic/dead_letter_logic.hpp"
#include "logic/shard_logic.hpp"
#include "runtime/config.hpp"
#include "runtime/log.hpp"
#include "storage/data_directory.hpp"
#include "storage/directory_lock.hpp"
#include "storage/lmdb_consumer_stores.hpp"
#include "storage/lmdb_inbox_store.hpp"
#include "storage/lmdb_shard_store.hpp"

namespace florin {

/// Wraps the store of a shard. Tests plant faults here; production takes the store as it is.
using StoreDecorator = std::function<std::unique_ptr<ShardStore>(std::unique_ptr<ShardStore>)>;

/// What all parts of a process share.
struct Process {
  const Config& config;
  const Id128 id;          ///< of the process: random
  const std::string name;  ///< of the process, for people: worker-4711
  const std::string role;  ///< what its locks say: florin worker
  const DataDirectory& data;
  Log& log;
  FlowObserver& flow;
  zmq::context_t& context;
  AgentThreads& threads;
  DoorCounts& doors;
};

/// The right to be one part: to its store, and to its place among the sockets. The latter keeps two data
/// directories from taking each other's doors where they are configured to use the same.
class PartLock {
 public:
  PartLock(const Process& process, const std::filesystem::path& store);
  /// Nothing where somebody has either.
  [[nodiscard]] static std::optional<PartLock> try_lock(const Process& process,
                                                        const std::filesystem::path& store);

 private:
  PartLock(DirectoryLock sockets, DirectoryLock store)
      : sockets_(std::move(sockets)), store_(std::move(store)) {}

  DirectoryLock sockets_;
  DirectoryLock store_;
};

class RouterPart {
 public:
  explicit RouterPart(const Process& process);
  void start();
  [[nodiscard]] QueryDoor door();
  [[nodiscard]] Incarnation incarnation() const { return incarnation_; }

 private:
  const Process& process_;
  PartLock lock_;
  LmdbRefusedLog refused_log_;
  LmdbInboxStore inbox_;
  InboxIndex inbox_index_;
  const Incarnation incarnation_;
  SharedStatus<RouterReport> report_;
};

class ShardPart {
 public:
  /// Opens the store.
  ShardPart(const Process& process, ShardIndex shard, PartLock lock, const StoreDecorator& decorate);
  /// Gives it a thread of the process.
  void start();
  /// To be driven by the thread that calls.
  [[nodiscard]] std::unique_ptr<ShardAgent> make_agent();
  [[nodiscard]] QueryDoor door();
  [[nodiscard]] Position head() const;
  /// After a clean end of its thread: leaves a store that opens quickly.
  void finish();

 private:
  const Process& process_;
  const ShardIndex shard_;
  PartLock lock_;
  std::unique_ptr<ShardStore> store_;
  LmdbShardStore* lmdb_store_ = nullptr;  ///< the same, or what the decorator wraps
  SharedStatus<ShardStatus> status_;
};

class AccountingPart {
 public:
  explicit AccountingPart(const Process& process);
  void start(LastHeads last_heads);
  [[nodiscard]] QueryDoor door();

 private:
  const Process& process_;
  PartLock lock_;
  LmdbAccountingStore store_;
  AccountingLogic logic_;
  SharedStatus<ConsumerStatus> status_;
};

class DeadLetterPart {
 public:
  explicit DeadLetterPart(const Process& process);
  void start(LastHeads last_heads);
  [[nodiscard]] QueryDoor door();

 private:
  const Process& process_;
  PartLock lock_;
  LmdbDeadLetterStore store_;
  DeadLetterLogic logic_;
  SharedStatus<ConsumerStatus> status_;
};

}  // namespace florin
