#pragma once

/// What the owners of stores say of themselves, as JSON.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "gateway/step.hpp"

namespace florin {

/// Where an owner does not answer, that.
[[nodiscard]] nlohmann::ordered_json status_of(const Result<std::string>& reply);
/// The router's word about each shard, by its index; empty where the router does not answer.
[[nodiscard]] nlohmann::ordered_json routed_shards(const Result<std::string>& reply);

// What a status says under a key; nothing of another type is taken for it.
[[nodiscard]] std::string text_in(const nlohmann::ordered_json& json, const char* key);
[[nodiscard]] bool flag_in(const nlohmann::ordered_json& json, const char* key);
[[nodiscard]] std::uint64_t number_in(const nlohmann::ordered_json& json, const char* key);

/// The router first, then the shards in their order.
[[nodiscard]] std::vector<Question> router_and_shards(std::uint16_t shards);
/// Those, then accounting and the dead-letter sink.
[[nodiscard]] std::vector<Question> every_part(std::uint16_t shards);

}  // namespace florin
