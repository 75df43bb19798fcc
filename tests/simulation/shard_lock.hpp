#pragma once

/// The lock of a shard's directory: one process has it, until it lets go or is no more. A frozen process has
/// it still.

#include <memory>
#include <string>
#include <utility>

namespace florin::sim {

struct ShardLock {
  std::weak_ptr<const std::string> holder;  ///< its name, as long as it has the lock
};

/// Held as long as it lives.
using HeldLock = std::shared_ptr<const std::string>;

/// Nothing where somebody else has it.
[[nodiscard]] inline HeldLock try_lock(ShardLock& lock, std::string who) {
  if (!lock.holder.expired()) {
    return nullptr;
  }
  auto held = std::make_shared<const std::string>(std::move(who));
  lock.holder = held;
  return held;
}

}  // namespace florin::sim
