#include <nlohmann/json.hpp>
#include <string>

#include "gateway/metrics.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::ordered_json;

Result<std::string> packed(const Json& status) {
  std::string bytes;
  Json::to_msgpack(status, bytes);
  return bytes;
}

Result<std::string> silent() {
  return tl::make_unexpected(Problem{Code::owner_absent, "nobody there"});
}

bool has_line(const std::string& text, const std::string& line) {
  return text.find(line + "\n") != std::string::npos;
}

Json router_status() {
  return {{"received", 12},
          {"shards", Json::array({Json{{"ready", true}, {"queued", 3}, {"silent_ms", 1500}}})}};
}

Json shard_status() {
  Json status{{"phase", "serving"}};
  status["outcomes"]["deposit"] = {{"success", 5}, {"rejected", 1}, {"error", 0}};
  status["reasons"]["insufficient_funds"] = 1;
  status["batch_us"] = {
      {"bounds", Json::array({1000, 2000})}, {"counts", Json::array({2, 1, 1})}, {"sum", 15625}};
  return status;
}

Json sink_status() {
  return {{"shards", Json::array({Json{{"behind_records", 7}, {"gaps", 2}, {"diverged", ""}}})},
          {"rejected", 4},
          {"needs_action", 0}};
}

TEST_CASE("Metrics tell what the parts say of themselves") {
  const std::string text =
      metrics_text({packed(router_status()), packed(shard_status()), silent(), packed(sink_status())});
  CHECK(has_line(text, "florin_router_received_total 12"));
  CHECK(has_line(text, R"(florin_queue_commands{shard="0"} 3)"));
  CHECK(has_line(text, R"(florin_shard_silent_seconds{shard="0"} 1.5)"));
  CHECK(has_line(text, R"(florin_transactions_total{shard="0",kind="deposit",outcome="success"} 5)"));
  CHECK(has_line(text, R"(florin_refusals_total{shard="0",reason="insufficient_funds"} 1)"));
  CHECK(has_line(text, R"(florin_consumer_behind_records{consumer="dead-letter",shard="0"} 7)"));
  CHECK(has_line(text, R"(florin_dead_letters{class="rejected"} 4)"));
}

TEST_CASE("The buckets of a histogram add up in seconds") {
  const std::string text =
      metrics_text({packed(router_status()), packed(shard_status()), silent(), silent()});
  CHECK(has_line(text, R"(florin_batch_seconds_bucket{shard="0",le="0.001"} 2)"));
  CHECK(has_line(text, R"(florin_batch_seconds_bucket{shard="0",le="0.002"} 3)"));
  CHECK(has_line(text, R"(florin_batch_seconds_bucket{shard="0",le="+Inf"} 4)"));
  CHECK(has_line(text, R"(florin_batch_seconds_sum{shard="0"} 0.015625)"));
}

TEST_CASE("A part that does not answer is told as down, and the others are told all the same") {
  const std::string text = metrics_text({silent(), packed(shard_status()), packed(sink_status()), silent()});
  CHECK(has_line(text, R"(florin_up{part="router"} 0)"));
  CHECK(has_line(text, R"(florin_up{part="shard 0"} 1)"));
  CHECK(has_line(text, R"(florin_up{part="dead-letter"} 0)"));
  CHECK(has_line(text, R"(florin_consumer_gaps_total{consumer="accounting",shard="0"} 2)"));
}

TEST_CASE("A status of other types, or with words that are none of ours, becomes no metric") {
  Json wrong{{"phase", 7}, {"commits", "many"}};
  wrong["outcomes"]["deposit"] = 5;
  wrong["outcomes"]["bribe"]["success"] = 1;
  wrong["reasons"] = Json::array({1});
  wrong["batch_us"] = {{"bounds", Json::array({1})}, {"counts", Json::array({1})}, {"sum", 1}};
  Json router;
  router["shards"] = Json::array({7});
  const std::string text = metrics_text({packed(router), packed(wrong), packed(Json::array()), silent()});
  CHECK(text.find("bribe") == std::string::npos);
  CHECK(text.find("florin_commits_total{") == std::string::npos);
  CHECK(text.find("florin_batch_seconds_bucket") == std::string::npos);
  CHECK(has_line(text, R"(florin_shard_serving{shard="0"} 0)"));
}

}  // namespace
}  // namespace florin::test
