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

  [[nodiscard]] Result<void> take(const BatchRecord& record) override;
  void flush(TimeUs now) override;
  [[nodiscard]] std::vector<Position> restart() override;

  /// A page of the router's refused log, as `refused_query` asked for. Says whether more is to be asked for
  /// at once. Where the store fails (StoreFault) or letters of shards still wait for it, nothing is taken and
  /// the same page is asked for again.
  bool on_refused_reply(std::string_view reply, TimeUs now);
  [[nodiscard]] std::string refused_query() const;

 private:
  void read_positions();
  [[nodiscard]] Letter& next_letter();

  DeadLetterStore& store_;
  FlowObserver& observer_;
  LetterNumber last_number_;
  RefusedSequence refused_position_;
  /// Taken and not yet durable.
  std::vector<Letter> letters_;
  std::map<ShardIndex, Position> positions_;
  TimeUs positions_since_;
};

}  // namespace florin
