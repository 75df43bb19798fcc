#pragma once

/// The door at which a worker tells how it is, whichever shards it has: for `florin health`. Its control
/// thread answers, so an answer says that this thread is not stuck.

#include <functional>
#include <optional>
#include <vector>

#include "actors/parts.hpp"
#include "actors/query_agent.hpp"
#include "protocol/ownership.hpp"

namespace florin {

class WorkerDoor {
 public:
  /// `claims` is called by answer(). A worker whose door cannot be opened, because the path is too long, goes
  /// on without.
  WorkerDoor(const Process& process, std::function<std::vector<Claim>()> claims);

  /// Answers who has asked; does not wait.
  void answer();

 private:
  std::optional<QueryAgent> door_;
};

}  // namespace florin
