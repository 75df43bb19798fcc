// A worker's process that has its own shards, whatever others do.

#include "tests/simulation/shard_parts.hpp"

namespace florin::sim {

namespace {

class WorkerParts : public Parts {
 public:
  WorkerParts(World& world, Process& process, unsigned worker) {
    for (std::uint16_t shard = 0; shard < world.plan.shards; ++shard) {
      if (shard % world.plan.workers == worker) {
        shards_.push_back(std::make_unique<ShardParts>(world, process, ShardIndex(shard)));
      }
    }
  }

 private:
  std::vector<std::unique_ptr<ShardParts>> shards_;
};

}  // namespace

std::string events_address(ShardIndex shard) {
  return fmt::format("events.{}", shard.value());
}

std::string query_address(ShardIndex shard) {
  return fmt::format("query.{}", shard.value());
}

std::unique_ptr<Parts> make_worker(World& world, Process& process, unsigned worker) {
  return std::make_unique<WorkerParts>(world, process, worker);
}

}  // namespace florin::sim
