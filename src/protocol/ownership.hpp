#pragma once

/// The messages by which workers and the router agree on who holds which shard, one frame each.
///
///     worker -> router  ALIVE      [1, 36, worker, name, pinned, leaving, incarnation, number, [claim, ...]]
///                       claim      [shard, hold, reason]
///     router -> worker  PLACEMENT  [1, 37, incarnation, number, [shard, ...]]
///
/// A worker says ALIVE several times a second and whenever something of it changes. It claims every shard
/// that it was told to hold or has not let go of yet; one that is not claimed is not its own. `incarnation`
/// and `number` are those of the PLACEMENT it acts on. The router says PLACEMENT whenever the shards of a
/// worker change, and now and then so that it notices who is gone.
///
/// Neither message gives the right to a shard: the lock of its directory does.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "protocol/problem.hpp"

namespace florin {

/// How a worker has a shard.
enum class Hold : std::uint8_t {
  waiting = 0,  ///< it was told to, and somebody else has the lock; the reason names him
  opening = 1,  ///< it has the lock
  serving = 2,
  closing = 3,  ///< it takes no more, and has the lock still
  refused = 4,  ///< the store cannot be used; the reason says why, and it has no lock
};
[[nodiscard]] std::string_view name(Hold hold);
/// Whether it has the lock.
[[nodiscard]] bool has_lock(Hold hold);

struct Claim {
  ShardIndex shard;
  Hold hold = Hold::waiting;
  std::string reason;

  bool operator==(const Claim&) const = default;
};

struct Alive {
  Id128 worker;          ///< random, of one process
  std::string name;      ///< the same for people: worker-4711
  bool pinned = false;   ///< it was started for just these shards and takes no others
  bool leaving = false;  ///< it was asked to end
  Incarnation incarnation;
  std::uint64_t number = 0;
  std::vector<Claim> claims;
};

struct Placement {
  Incarnation incarnation;
  std::uint64_t number = 0;  ///< rises with every change of what any worker holds
  std::vector<ShardIndex> shards;
};

[[nodiscard]] std::string encode_alive(const Alive& alive);
[[nodiscard]] Result<Alive> decode_alive(std::string_view bytes);

[[nodiscard]] std::string encode_placement(const Placement& placement);
[[nodiscard]] Result<Placement> decode_placement(std::string_view bytes);

}  // namespace florin
