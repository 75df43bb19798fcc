#pragma once

/// The messages between the router and the shard actors, one frame each.
///
///     shard  -> router   READY    [1, 33, shard, epoch, worker]
///     router -> shard    WORK     [1, 34, incarnation, epoch, number, [[ticket, client, requested, queued,
///     command], ...]] shard  -> router   RESULTS  [1, 35, shard, epoch, [[ticket, answer body], ...]]
///
/// A READY asks for everything unanswered, in order and numbered from 1: it opens an epoch, and it is how a
/// shard that missed a number asks again. A ticket is the router's own number for one command in flight. It
/// means nothing to anyone else.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong.hpp"
#include "ledger/names.hpp"
#include "protocol/envelope.hpp"
#include "protocol/problem.hpp"
#include "protocol/writer.hpp"

namespace florin {

using Ticket = Strong<struct TicketTag, std::uint64_t>;

struct Ready {
  ShardIndex shard;
  Epoch epoch;
  std::string worker;
};

struct WorkItem {
  Ticket ticket;
  ClientName client;
  TimeUs requested;
  TimeUs queued;
  std::string packed;  ///< the command as the client sent it
};

struct Work {
  Incarnation incarnation;
  Epoch epoch;               ///< of the READY that this work answers; a shard ignores any other
  std::uint64_t number = 0;  ///< from 1 after each READY; a shard takes only the next
  std::vector<WorkItem> items;
};

struct TicketAnswer {
  Ticket ticket;
  std::string_view body;
};

struct Results {
  ShardIndex shard;
  Epoch epoch;
  std::vector<TicketAnswer> answers;  ///< views into the message
};

[[nodiscard]] std::string encode_ready(const Ready& ready);
[[nodiscard]] Result<Ready> decode_ready(std::string_view bytes);

[[nodiscard]] std::string encode_work(const Work& work);
[[nodiscard]] Result<Work> decode_work(std::string_view bytes);

/// Collects the answers of one commit.
class ResultsBuilder {
 public:
  /// `body` is packed already.
  void add(Ticket ticket, std::string_view body);
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::string take(ShardIndex shard, Epoch epoch);

 private:
  Writer answers_;
  std::size_t count_ = 0;
};
[[nodiscard]] Result<Results> decode_results(std::string_view bytes);

}  // namespace florin
