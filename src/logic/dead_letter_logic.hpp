#pragma once

/// The dead-letter sink: keeps every failure of every shard, and every message that never became a command.

#include <map>
#include <vector>

#include "logic/flow.hpp"
#include "logic/subscription.hpp"
#include "storage/consumer_stores.hpp"

namespace florin {

class DeadLetterLogic : public RecordHandler {
 public:
  DeadLetterLogic(DeadLetterStore& store, FlowObserver& observer);

  /// Decodes only records with failures. One that does not go on with the failure behind the last is refused:
  /// a letter would be missing for good.
  [[nodiscard]] Result<void> take(const BatchRecord& record) override;
  [[nodiscard]] std::size_t pending() const override { return letters_.size(); }
  void flush(TimeUs now) override;
  void finish(TimeUs now) override;
  [[nodiscard]] std::vector<Position> restart() override;

  /// A page of the router's refused log, as `refused_query` asked for. Says whether more is to be asked for
  /// at once. Where the store fails (StoreFault) or letters of shards still wait for it, nothing is taken and
  /// the same page is asked for again.
  bool on_refused_reply(std::string_view reply, TimeUs now);
  [[nodiscard]] std::string refused_query() const;

 private:
  void read_positions();
  [[nodiscard]] Result<std::vector<Entry>> failures_of(const BatchRecord& record) const;
  [[nodiscard]] Letter& next_letter();

  DeadLetterStore& store_;
  FlowObserver& observer_;
  LetterNumber last_number_;
  RefusedSequence refused_position_;
  /// Taken and not yet durable.
  std::vector<Letter> letters_;
  std::map<ShardIndex, Position> positions_;
  /// The last failure taken, durable or not, of each shard heard of.
  std::map<ShardIndex, FailureSequence> failures_;
  TimeUs positions_since_;
};

}  // namespace florin
