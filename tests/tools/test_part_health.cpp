// Whether a part is well, by what it tells of itself.

#include <nlohmann/json.hpp>

#include "tests/support/catch.hpp"
#include "tools/part_health.hpp"

namespace florin::test {
namespace {

using Json = nlohmann::ordered_json;

TEST_CASE("A shard is well while it serves, and else says what it is and why") {
  CHECK(why_shard_is_unwell({{"shard", 2}, {"phase", "serving"}, {"reason", ""}}).empty());
  CHECK(why_shard_is_unwell({{"shard", 2}, {"phase", "opening"}, {"reason", ""}}) == "shard 2 is opening");
  CHECK(why_shard_is_unwell({{"shard", 2}, {"phase", "waiting"}, {"reason", "MDB_MAP_FULL"}}) ==
        "shard 2 is waiting: MDB_MAP_FULL");
}

TEST_CASE("A worker is well without shards, and while others have not let go of what it is to hold") {
  CHECK(why_worker_is_unwell({{"process", "worker-1"}, {"shards", Json::array()}}).empty());
  const Json waiting{{"shard", 0}, {"phase", "waiting"}, {"reason", "in use by worker-2"}};
  const Json serving{{"shard", 1}, {"phase", "serving"}, {"reason", ""}};
  CHECK(why_worker_is_unwell({{"shards", Json::array({waiting, serving})}}).empty());
}

TEST_CASE("A worker is not well where a store of it cannot be used") {
  const Json refused{{"shard", 3}, {"phase", "refused"}, {"reason", "is truncated"}};
  CHECK(why_worker_is_unwell({{"shards", Json::array({refused})}}) == "shard 3 is refused: is truncated");
}

TEST_CASE("Only shards that a worker says it serves are asked themselves") {
  const Json worker{{"shards", Json::array({Json{{"shard", 0}, {"phase", "serving"}},
                                            Json{{"shard", 1}, {"phase", "opening"}}})}};
  CHECK(says_it_serves(worker, 0));
  CHECK_FALSE(says_it_serves(worker, 1));
  CHECK_FALSE(says_it_serves(worker, 2));
}

TEST_CASE("A consumer is well until it has diverged from a shard") {
  const Json follows{{"shard", 0}, {"diverged", ""}};
  const Json diverged{{"shard", 1}, {"diverged", "the hash differs"}};
  CHECK(why_consumer_is_unwell({{"shards", Json::array({follows})}}).empty());
  CHECK(why_consumer_is_unwell({{"shards", Json::array({follows, diverged})}}) ==
        "diverged from shard 1: the hash differs");
}

TEST_CASE("A part whose status does not tell what it should is not well") {
  const Json empty = Json::object();
  CHECK_FALSE(why_router_is_unwell(empty).empty());
  CHECK_FALSE(why_worker_is_unwell(empty).empty());
  CHECK_FALSE(why_consumer_is_unwell(empty).empty());
  CHECK_FALSE(why_shard_is_unwell(empty).empty());
}

}  // namespace
}  // namespace florin::test
