#pragma once

/// Drives one shard's logic by hand, as the router would, and reads what it sends.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "logic/shard_logic.hpp"

namespace florin::test {

/// The lineage of every store that tests make.
[[nodiscard]] Id128 test_lineage();

/// What one step sent, decoded.
struct ShardStep {
  std::optional<Ready> ready;
  std::string event;
  std::optional<Results> results;  ///< its numbers; the answers are below
  std::vector<Answer> answers;     ///< in the order sent
  std::vector<Ticket> tickets;     ///< of those answers
};
[[nodiscard]] ShardStep decoded(const ShardEffects& effects);

class ShardDriver {
 public:
  explicit ShardDriver(ShardStore& store, ShardIndex shard = {});

  /// Steps until the shard is ready, and speaks its epoch from then on.
  Epoch start();

  /// One WORK message with the next number; anew after a READY that asked for everything.
  void send(std::span<const Command> commands);
  void send(const Command& command) { send({&command, 1}); }
  /// The same for commands with what is not content.
  void send_traced(std::span<const TracedCommand> commands);
  /// Stands for everything unanswered, sent anew.
  void send_anew(std::span<const Command> commands);
  /// A WORK message exactly as given: for numbers and epochs that do not fit.
  void send_raw(Epoch epoch, std::uint64_t number, std::span<const Command> commands, bool anew = false);

  [[nodiscard]] ShardStep step();
  /// Sends one command, steps once, and gives its answer.
  Answer decide(const Command& command);
  /// The same for several in one batch.
  std::vector<Answer> decide_all(std::span<const Command> commands);
  Answer decide_traced(const TracedCommand& command) { return decide_all_traced({&command, 1}).front(); }
  std::vector<Answer> decide_all_traced(std::span<const TracedCommand> commands);

  void advance_ms(std::int64_t ms) { now = now.plus(ms * 1000); }
  [[nodiscard]] ShardLogic& logic() { return logic_; }
  [[nodiscard]] ShardStatus status() const { return logic_.status(); }

  TimeUs now{1'700'000'000'000'000};
  Epoch epoch;
  Incarnation incarnation{3};
  std::uint64_t next_number = 1;

 private:
  void send_packed(Epoch epoch, std::uint64_t number, std::span<const std::string> commands, bool anew);

  FlowObserver observer_;
  ShardLogic logic_;
  std::uint64_t next_ticket_ = 1;
  bool anew_ = true;
};

}  // namespace florin::test
