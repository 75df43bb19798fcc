#pragma once

/// What a person following a transaction wants to see. The actors' logic tells; the runtime decides whether
/// to print it, because at high rates nobody reads a line each.

#include "base/strong.hpp"
#include "protocol/account.hpp"
#include "protocol/letter.hpp"
#include "protocol/problem.hpp"

namespace florin {

class FlowObserver {
 public:
  virtual ~FlowObserver() = default;

  virtual void received(const Command& /*command*/) {}
  virtual void queued(const Command& /*command*/, ShardIndex /*shard*/, std::size_t /*queue_depth*/) {}
  virtual void refused(const Problem& /*problem*/, std::string_view /*bytes*/) {}
  /// Somebody whom the door `who` does not let in, or who may not ask what he asked.
  virtual void turned_away(std::string_view /*who*/, const Problem& /*problem*/) {}
  virtual void decided(const Entry& /*entry*/, ShardIndex /*shard*/) {}
  virtual void repeated(const Entry& /*original*/, ShardIndex /*shard*/) {}
  virtual void accounted(const Entry& /*entry*/, const Account& /*account*/) {}
  virtual void dead_lettered(const Letter& /*letter*/) {}
  /// Something went wrong with a store, a peer or a position; an operator should read it.
  virtual void fault(std::string_view /*who*/, std::string_view /*what*/) {}
};

}  // namespace florin
