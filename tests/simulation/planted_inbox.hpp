#pragma once

/// Bugs of the router's inbox, for planted.cpp.

#include <memory>

#include "storage/inbox_store.hpp"
#include "tests/simulation/network.hpp"

namespace florin::sim {

/// Removes a chunk as soon as its commands are on their way, not when they are decided.
[[nodiscard]] std::unique_ptr<InboxStore> forgetting_inbox(std::unique_ptr<InboxStore> honest);

/// Takes what is synchronous before what is not, where both are under way to the shard: as if it did not
/// wait behind the inbox.
[[nodiscard]] Rewrite overtaking_the_inbox();

}  // namespace florin::sim
