#pragma once

/// The shard actor's logic: takes work, decides it batch by batch against its store, and says what to send.
///
///               opened                     no space
///     opening ───────────────────> serving ──────────> waiting ──time──> serving
///        ^  └─────── opened, after two faults in a row ───^
///        └──────────── unknown outcome: close, open again, new epoch ──── serving
///
/// What it has refused as `overloaded` must not be overtaken by what is under way behind it. So after such a
/// refusal, as after a missed number, it takes nothing until the router sends everything unanswered anew.
///
/// One thread drives it. Nothing is answered before the commit that holds it has returned. While it cannot
/// commit it still answers what was decided before, and `overloaded` to everything else.

#include <cstdint>
#include <optional>
#include <string>

#include "base/every.hpp"
#include "base/strong.hpp"
#include "logic/batch_decider.hpp"
#include "logic/flow.hpp"
#include "logic/shard_tally.hpp"
#include "logic/work_inbox.hpp"
#include "protocol/message.hpp"
#include "storage/fault.hpp"
#include "storage/shard_store.hpp"

namespace florin {

struct ShardSettings {
  Id128 lineage;
  ShardIndex shard;
  std::string worker;                     ///< the name of the process, for people
  std::uint32_t fault_retry_min_ms = 50;  ///< first pause after a store fault; doubles up to the next
  std::uint32_t fault_retry_max_ms = 5000;
  std::uint32_t heartbeat_ms = 250;  ///< how often it says READY without being asked
};

enum class ShardPhase : std::uint8_t { opening, serving, waiting };
[[nodiscard]] std::string_view name(ShardPhase phase);

/// What a person asks of a shard.
struct ShardStatus {
  ShardPhase phase = ShardPhase::opening;
  std::string reason;  ///< of the last fault, while it matters
  Epoch epoch;
  Head head;
  std::uint64_t inbox = 0;
  std::uint64_t decided = 0;  ///< since the process started
  std::uint64_t repeated = 0;
  std::uint64_t commits = 0;
  std::uint64_t faults = 0;
  ShardTally tally;
  /// Deciding a batch and committing it. Counted by the shell, which has a clock.
  Buckets<9> batch_us{{250, 1000, 2500, 5000, 10'000, 25'000, 100'000, 500'000, 2'000'000}};
};

/// What a step wants done, in this order. Empty members mean nothing.
struct ShardEffects {
  std::string event;    ///< to publish: a record that is durable
  std::string results;  ///< to the router
  std::string ready;    ///< to the router, behind the results, which it counts
};

class ShardLogic {
 public:
  ShardLogic(ShardStore& store, ShardSettings settings, FlowObserver& observer);

  /// Takes a WORK message. Work of another epoch or out of number is dropped; the latter asks for everything
  /// unanswered.
  void receive(std::string_view work_message);

  /// Opens, recovers, or decides as much of the inbox as fits one commit.
  [[nodiscard]] ShardEffects step(TimeUs now);

  /// Whether a step would do something now (and not only after a pause).
  [[nodiscard]] bool has_work(TimeUs now) const;
  /// Whether a step would decide something, as far as one can know.
  [[nodiscard]] bool can_decide() const { return phase_ == ShardPhase::serving && !inbox_.empty(); }
  [[nodiscard]] ShardStatus status() const;
  [[nodiscard]] Position position() const { return position_of(head_.header, head_.hash); }

 private:
  void open(TimeUs now, ShardEffects& effects);
  void decide_inbox(TimeUs now, ShardEffects& effects);
  void answer_from_journal(std::uint32_t retry_after_ms);
  void ask_for_all();
  [[nodiscard]] std::string ready() const;
  [[nodiscard]] Answer decide_item(const WorkItemView& item, BatchDecider& decider);
  void commit(DecidedBatch& batch, ShardEffects& effects);
  void handle_fault(const StoreFault& fault, TimeUs now);
  void pause(TimeUs now);
  [[nodiscard]] bool pause_is_over(TimeUs now) const;
  [[nodiscard]] BatchHeader next_header(RecordType type, TimeUs now) const;
  [[nodiscard]] std::uint32_t retry_after_ms(TimeUs now) const;

  ShardStore& store_;
  const ShardSettings settings_;
  FlowObserver& observer_;

  ShardPhase phase_ = ShardPhase::opening;
  bool opened_before_ = false;  ///< the store must be closed first
  bool readable_ = false;       ///< opening, and the journal can be read but not written
  Head head_;
  SequenceNumber durable_;  ///< up to here the journal is known to be synced
  Totals totals_;
  Epoch epoch_;
  Incarnation incarnation_;         ///< of the router whose work this is
  std::uint64_t next_work_ = 0;     ///< 0: only what is sent anew
  std::uint64_t results_sent_ = 0;  ///< to this incarnation in this epoch
  bool asks_ = false;               ///< READY is due at once
  Every heartbeat_;
  WorkInbox inbox_;
  ResultsBuilder results_;
  DecidedBatch spare_;  ///< the last batch, for its memory

  TimeUs paused_at_;
  std::uint32_t pause_ms_ = 0;
  unsigned faults_in_a_row_ = 0;  ///< since the last commit of entries
  std::string reason_;
  ShardStatus counters_;
};

}  // namespace florin
