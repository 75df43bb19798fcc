#pragma once

/// Clients' bytes through the router and two shards in memory, back to decoded answers: the path of a
/// command, driven in one thread. Keeps its own count of what must be answered.

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "logic/router_logic.hpp"
#include "logic/shard_logic.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/memory_inbox_store.hpp"
#include "tests/support/memory_shard_store.hpp"

namespace florin::test {

class CommandPath {
 public:
  CommandPath();

  /// One frame of a client (`a` or `b`), well-formed or not.
  void client_sends(const std::string& client, std::string_view bytes);
  /// The MessagePack elements of `elements`, each as a command of one well-formed SUBMIT with the next
  /// number.
  void client_submits(const std::string& client, std::string_view elements);
  /// Everything that waits goes one hop further.
  void turn();
  void pass_ms(std::int64_t ms) { now_ = now_.plus(ms * 1000); }
  void fail_next_commit(std::uint16_t shard, FaultKind kind, Batch batch);
  /// The shard's process ends and another opens its store.
  void restart_shard(std::uint16_t shard);

  /// Lets everything be answered, then says what does not hold: a command answered never or twice, an answer
  /// that cannot be read or is not what the journal says, a currency that does not add up, books that
  /// `florin verify` would not let pass.
  [[nodiscard]] Finding settle();

  static constexpr std::uint16_t kShards = 2;

 private:
  struct Shard {
    std::unique_ptr<MemoryShardStore> store;
    std::unique_ptr<ShardLogic> logic;
  };
  /// Client, then "number/index" of a command or "whole" for a message that was refused as a whole.
  using Place = std::pair<std::string, std::string>;
  /// How many answers.
  struct Owed {
    int least = 0;
    int most = 0;
    int got = 0;
  };

  void start_shard(std::uint16_t shard);
  void expect(const std::string& client, std::string_view bytes);
  /// A message of a session may be out of its turn, and is then answered by a GO_BACK; and its answers go to
  /// whichever client spoke for the session last.
  void expect_of_session(std::string_view bytes);
  /// One answer at the most.
  void owe(const std::string& client, const std::string& place, int least);
  void send_to_router(const ShardEffects& effects);
  void take_answers(const ToClient& message);
  void check_answer(const Answer& answer);
  void check_refused(const RefusedRecord& record);
  void check_books();
  [[nodiscard]] bool at_rest() const;
  void found(std::string what);

  FlowObserver observer_;
  TimeUs now_{1'767'225'600'000'000};
  std::vector<Shard> shards_;
  MemoryInboxStore inbox_;
  InboxIndex inbox_index_;
  std::unique_ptr<RouterLogic> router_;
  std::map<std::string, std::uint64_t> next_number_;
  std::map<Place, Owed> owed_;
  std::vector<Answer> answers_;  ///< compared with the journals at the end, when every store is open
  Finding finding_;
};

}  // namespace florin::test
