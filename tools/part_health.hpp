#pragma once

/// Whether a part is well, by the status that it told. Pure, so that each case is a line of a test.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace florin {

/// Each gives why the part is not well, or nothing. What a status does not tell is not well either.
[[nodiscard]] std::string why_shard_is_unwell(const nlohmann::ordered_json& shard);
/// One without shards is well: there may be more workers than shards. So is one that waits for a shard which
/// another process has not let go of; that other one is to be looked at.
[[nodiscard]] std::string why_worker_is_unwell(const nlohmann::ordered_json& worker);
[[nodiscard]] bool says_it_serves(const nlohmann::ordered_json& worker, std::uint16_t shard);
[[nodiscard]] std::string why_consumer_is_unwell(const nlohmann::ordered_json& consumer);
[[nodiscard]] std::string why_router_is_unwell(const nlohmann::ordered_json& router);

}  // namespace florin
