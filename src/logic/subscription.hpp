#pragma once

/// Following every shard's journal without a gap: the one mechanism behind accounting, the dead-letter sink
/// and whoever else derives something from events.
///
/// PUB may drop. A consumer sees that by the ordinal and the chain of hashes, fetches what it missed from the
/// shard's query socket in bounded chunks, and goes on. Its position is stored by the handler in the same
/// commit as what was derived, so a record counts exactly once.
///
/// Nothing that is published is believed: an event or a head that does not fit the position only makes the
/// subscription ask the owner, whose answer to the position (lineage, ordinal, hash) decides. Shards do not
/// wait for each other. What is held per shard is one position and one open question.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "protocol/batch_record.hpp"
#include "protocol/query.hpp"

namespace florin {

/// What derives something from records.
class RecordHandler {
 public:
  virtual ~RecordHandler() = default;
  /// The next record of its shard, once and in order. Nothing of it is durable before `flush`. A record that
  /// does not fit what was derived so far is refused whole; its shard is then followed no further.
  [[nodiscard]] virtual Result<void> take(const BatchRecord& record) = 0;
  /// How many entries were taken and are not durable. Whoever hands records over flushes before it is many.
  [[nodiscard]] virtual std::size_t pending() const = 0;
  /// Makes everything taken durable, with the positions behind it.
  virtual void flush(TimeUs now) = 0;
  /// The same at the end: nothing of it may wait for later.
  virtual void finish(TimeUs now) { flush(now); }
  /// After a flush whose outcome is unknown: forgets what is not durable, opens the store again and says from
  /// where to go on.
  [[nodiscard]] virtual std::vector<Position> restart() = 0;
};

/// A request for the records behind a position, to the shard's owner.
struct Fetch {
  ShardIndex shard;
  std::string query;  ///< a QUERY message
};

struct SubscriptionSettings {
  std::size_t fetch_bytes_max = std::size_t{1} << 20U;
  std::uint32_t fetch_timeout_ms = 2000;
};

class Subscription {
 public:
  /// `stored` are the positions that the handler's store holds; a shard without one starts at its genesis.
  Subscription(std::uint16_t shards, const Id128& lineage, const std::vector<Position>& stored,
               const SubscriptionSettings& settings, RecordHandler& handler);

  /// Goes on from other positions than those reached: a shard without one starts at its genesis.
  void restart(const std::vector<Position>& stored);

  /// A published record.
  void on_event(std::string_view record);
  /// A published head: what an idle shard says once a second.
  void on_head(std::string_view packed_position);
  /// The answer to a fetch.
  void on_reply(ShardIndex shard, std::string_view reply);

  /// What to ask now. A request without an answer is repeated after its time-out, which doubles up to sixteen
  /// times while nothing at all is heard of the shard: its owner must not find a heap of them when it is
  /// back.
  [[nodiscard]] std::vector<Fetch> fetches(TimeUs now);

  struct ShardState {
    Position position;        ///< behind the last record handed over
    BatchOrdinal known_head;  ///< the highest ordinal heard of
    std::string diverged;     ///< why this shard is no longer followed; empty while it is
    std::uint64_t gaps = 0;   ///< how often something had to be fetched that was published before
  };
  [[nodiscard]] std::vector<ShardState> states() const;

 private:
  struct Shard {
    BatchHeader last;
    Digest hash;
    BatchOrdinal known_head;
    bool must_fetch = true;  ///< at the start, and whenever something was missed
    std::optional<std::uint64_t> request;
    TimeUs asked_at;
    BatchOrdinal asked_head;          ///< the known head when the request was made
    std::uint64_t first_request = 0;  ///< answers to earlier ones are of before a restart
    unsigned unheard = 0;             ///< requests made since the shard was last heard of
    std::string diverged;
    std::uint64_t gaps = 0;
  };

  void take_page(Shard& shard, const Reply& reply);
  /// Hands the record over where it is the next one.
  void offer(Shard& shard, const BatchRecord& record);
  [[nodiscard]] Shard* find(ShardIndex shard);

  const SubscriptionSettings settings_;
  const Id128 lineage_;
  RecordHandler& handler_;
  std::vector<Shard> shards_;
  std::uint64_t next_request_ = 1;
};

}  // namespace florin
