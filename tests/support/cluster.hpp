#pragma once

/// A router and its shards in one thread, with their production logic: a message is a function call, and time
/// is what the clock given says.

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "logic/router_logic.hpp"
#include "logic/shard_logic.hpp"
#include "protocol/command_codec.hpp"
#include "tests/support/memory_inbox_store.hpp"

namespace florin::test {

using Commands = std::vector<TracedCommand>;

/// What must not change any wallet's results.
struct ClusterShape {
  std::uint16_t shards = 1;
  std::size_t commands_per_message = 1;
  std::size_t messages_per_round = 1;  ///< read before the shards decide
  std::size_t work_commands_max = 4096;
};

/// Asked once a round.
using TestClock = std::function<TimeUs()>;
using StoreMaker = std::function<std::unique_ptr<ShardStore>(ShardIndex)>;

/// One millisecond later each time, from the same start.
[[nodiscard]] TestClock steady_clock();
[[nodiscard]] StoreMaker memory_stores();

class Cluster {
 public:
  explicit Cluster(const ClusterShape& shape, TestClock clock = steady_clock(),
                   const StoreMaker& make_store = memory_stores());

  /// Sends the commands in order and runs until all are answered. Gives the answers in the order of the
  /// commands.
  std::vector<Answer> run(std::span<const TracedCommand> commands);

  [[nodiscard]] std::size_t shards() const { return shards_.size(); }
  [[nodiscard]] ShardStore& store(std::size_t shard) { return *shards_.at(shard).store; }
  /// Everything published, by shard and in order.
  [[nodiscard]] const std::vector<std::string>& events(std::size_t shard) const {
    return shards_.at(shard).events;
  }
  [[nodiscard]] RouterStatus status() const { return router_.status(); }

 private:
  struct Shard {
    std::unique_ptr<ShardStore> store;
    std::unique_ptr<ShardLogic> logic;
    std::vector<std::string> events;
  };

  void round();
  void deliver(const RouterEffects& effects);
  void step(Shard& shard, TimeUs now);
  [[nodiscard]] bool idle() const;

  const ClusterShape shape_;
  TestClock clock_;
  FlowObserver observer_;
  std::vector<Shard> shards_;
  MemoryInboxStore inbox_;
  InboxIndex inbox_index_;
  RouterLogic router_;
  std::uint64_t next_message_ = 1;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Answer> answers_;
};

/// Every wallet of every shard. The position in the journal is left out: it follows from the number of
/// shards.
[[nodiscard]] std::map<std::string, WalletState> wallets_of(Cluster& cluster);

}  // namespace florin::test
