#include "gateway/cluster_status.hpp"

#include <nlohmann/json.hpp>

namespace florin {

using Json = nlohmann::ordered_json;

Json status_of(const Result<std::string>& reply) {
  if (!reply) {
    return {{"phase", "not answering"}, {"reason", reply.error().detail}};
  }
  Json status = Json::from_msgpack(*reply, true, false);
  return status.is_object() ? status : Json{{"phase", "not answering"}, {"reason", "its answer is no map"}};
}

Json routed_shards(const Result<std::string>& reply) {
  const Json status = status_of(reply);
  Json shards = Json::array();
  if (status.contains("shards") && status["shards"].is_array()) {
    for (const Json& shard : status["shards"]) {
      shards.push_back(shard.is_object() ? shard : Json::object());
    }
  }
  return shards;
}

std::string text_in(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
}

bool flag_in(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_boolean() && json[key].get<bool>();
}

std::uint64_t number_in(const Json& json, const char* key) {
  return json.contains(key) && json[key].is_number_unsigned() ? json[key].get<std::uint64_t>() : 0;
}

std::vector<Question> router_and_shards(std::uint16_t shards) {
  std::vector<Question> questions{{{Part::router, {}}}};
  for (std::uint16_t shard = 0; shard < shards; ++shard) {
    questions.push_back({{Part::shard, ShardIndex(shard)}});
  }
  return questions;
}

std::vector<Question> every_part(std::uint16_t shards) {
  auto questions = router_and_shards(shards);
  questions.push_back({{Part::accounting, {}}});
  questions.push_back({{Part::dead_letter, {}}});
  return questions;
}

}  // namespace florin
