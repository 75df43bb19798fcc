#pragma once

/// The messages between the router and the shard actors, one frame each.
///
///     shard  -> router  READY    [1, 33, shard, epoch, worker, incarnation, next, results]
///     router -> shard   WORK     [1, 34, incarnation, epoch, number, anew, [item, ...]]
///                       item     [ticket, client, requested, queued, isolated, command]
///     shard  -> router  RESULTS  [1, 35, shard, incarnation, epoch, number, [[ticket, answer body], ...]]
///
/// WORK and RESULTS are numbered from 1 for each incarnation and epoch, each in its own direction. A shard
/// takes only the next WORK. Where it is `anew`, the router sends everything unanswered, in order, from there
/// on, and the shard takes it whatever its number. A ticket is the router's own number for one command in
/// flight. It means nothing to anyone else, nor to another incarnation.
///
/// An item that is isolated is journaled as an error, without being decided: its worker ended again and again
/// while it had it.
///
/// READY says that the shard lives and what it has: of which incarnation, the number it takes next (0: send
/// everything unanswered), and how many RESULTS it has sent. The router sees from it what was lost.

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
  Incarnation incarnation;    ///< of the router whose work it takes; 0 before the first
  std::uint64_t next = 0;     ///< the WORK it takes next; 0 asks for everything unanswered
  std::uint64_t results = 0;  ///< RESULTS sent to this incarnation in this epoch
};

/// `Text` owns the bytes of the command (std::string) or looks at them elsewhere (std::string_view).
template <class Text>
struct BasicWorkItem {
  Ticket ticket;
  ClientName client;
  TimeUs requested;
  TimeUs queued;
  Text packed;            ///< the command as the client sent it
  bool isolated = false;  ///< not to be decided
};
using WorkItem = BasicWorkItem<std::string>;
using WorkItemView = BasicWorkItem<std::string_view>;

template <class Text>
struct BasicWork {
  Incarnation incarnation;
  Epoch epoch;               ///< of the READY that this work answers; a shard ignores any other
  std::uint64_t number = 0;  ///< from 1 for each incarnation and epoch
  bool anew = false;         ///< everything unanswered is sent again from here on
  std::vector<BasicWorkItem<Text>> items;
};
using Work = BasicWork<std::string>;
using WorkView = BasicWork<std::string_view>;

struct TicketAnswer {
  Ticket ticket;
  std::string_view body;
};

struct Results {
  ShardIndex shard;
  Incarnation incarnation;  ///< whose tickets these are
  Epoch epoch;
  std::uint64_t number = 0;           ///< from 1 for each incarnation and epoch
  std::vector<TicketAnswer> answers;  ///< views into the message
};

[[nodiscard]] std::string encode_ready(const Ready& ready);
[[nodiscard]] Result<Ready> decode_ready(std::string_view bytes);

[[nodiscard]] std::string encode_work(const Work& work);
[[nodiscard]] std::string encode_work(const WorkView& work);
[[nodiscard]] Result<Work> decode_work(std::string_view bytes);
/// Its items are views into `bytes`.
[[nodiscard]] Result<WorkView> view_work(std::string_view bytes);

/// Collects the answers of one commit.
class ResultsBuilder {
 public:
  /// `body` is packed already.
  void add(Ticket ticket, std::string_view body) { open(ticket).raw(body); }
  /// The body is written next, into what is returned.
  [[nodiscard]] Writer& open(Ticket ticket);
  /// All answers of another one, behind those that are here.
  void add(const ResultsBuilder& later);
  void clear();
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::string take(ShardIndex shard, Incarnation incarnation, Epoch epoch,
                                 std::uint64_t number);

 private:
  Writer answers_;
  std::size_t count_ = 0;
};
[[nodiscard]] Result<Results> decode_results(std::string_view bytes);

}  // namespace florin
