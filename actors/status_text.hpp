#pragma once

/// What the parts tell of themselves, packed as maps for the status query.

#include <string>

#include "actors/consumer_agent.hpp"
#include "actors/door_counts.hpp"
#include "actors/router_agent.hpp"
#include "logic/shard_logic.hpp"
#include "protocol/ownership.hpp"
#include "storage/lmdb_shard_store.hpp"

namespace florin {

[[nodiscard]] std::string pack_status(const RouterReport& report, const DoorCounts& doors,
                                      const std::string& process, TimeUs now);
[[nodiscard]] std::string pack_status(const ShardStatus& status, const lmdb::EnvUse& use,
                                      const std::string& worker);
[[nodiscard]] std::string pack_status(const ConsumerStatus& states, const std::string& process);
/// Letters by class.
struct LetterCounts {
  std::vector<std::uint64_t> kept;
  std::vector<std::uint64_t> handled;  ///< of them
};
/// The sink's: how far it has kept each shard's failures, and the letters.
[[nodiscard]] std::string pack_status(const ConsumerStatus& states, const std::string& process,
                                      const std::vector<SinkPosition>& kept, const LetterCounts& letters);

/// A worker's: how it has the shards that it was told to hold.
[[nodiscard]] std::string pack_status(const std::vector<Claim>& claims, const std::string& process);

}  // namespace florin
