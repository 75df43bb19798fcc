#include "tools/part_health.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace florin {

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(const Json& map, const char* key) {
  const auto found = map.find(key);
  if (found == map.end()) {
    return {};
  }
  return found->is_string() ? found->get<std::string>() : found->dump();
}

bool lists_shards(const Json& status) {
  return status.is_object() && status.contains("shards") && status["shards"].is_array();
}

}  // namespace

std::string why_shard_is_unwell(const Json& shard) {
  const std::string phase = text_of(shard, "phase");
  if (phase == "serving") {
    return {};
  }
  const std::string reason = text_of(shard, "reason");
  return fmt::format("shard {} is {}{}{}", text_of(shard, "shard"),
                     phase.empty() ? "of unknown phase" : phase, reason.empty() ? "" : ": ", reason);
}

std::string why_worker_is_unwell(const Json& worker) {
  if (!lists_shards(worker)) {
    return "it does not tell which shards it has";
  }
  for (const Json& shard : worker["shards"]) {
    if (text_of(shard, "phase") == "refused") {
      return why_shard_is_unwell(shard);
    }
  }
  return {};
}

bool says_it_serves(const Json& worker, std::uint16_t shard) {
  return lists_shards(worker) &&
         std::any_of(worker["shards"].begin(), worker["shards"].end(), [shard](const Json& one) {
           return text_of(one, "shard") == std::to_string(shard) && text_of(one, "phase") == "serving";
         });
}

std::string why_consumer_is_unwell(const Json& consumer) {
  if (!lists_shards(consumer)) {
    return "it does not tell how far it is";
  }
  for (const Json& shard : consumer["shards"]) {
    if (const std::string diverged = text_of(shard, "diverged"); !diverged.empty()) {
      return fmt::format("diverged from shard {}: {}", text_of(shard, "shard"), diverged);
    }
  }
  return {};
}

std::string why_router_is_unwell(const Json& router) {
  return lists_shards(router) ? "" : "it does not tell which shards it knows";
}

}  // namespace florin
