#pragma once

/// The shells of the simulation: what actors/ does with sockets and clocks, done with simulated ones.

#include <memory>
#include <string>

#include "base/strong.hpp"
#include "tests/simulation/process.hpp"

namespace florin::sim {

class World;
class ClientBook;

[[nodiscard]] std::unique_ptr<Parts> make_router(World& world, Process& process);
/// The worker with this number has the shards that are that modulo the number of workers.
[[nodiscard]] std::unique_ptr<Parts> make_worker(World& world, Process& process, unsigned worker);
/// A worker that holds what the router tells it to.
[[nodiscard]] std::unique_ptr<Parts> make_placed_worker(World& world, Process& process);
[[nodiscard]] std::unique_ptr<Parts> make_accounting(World& world, Process& process);
[[nodiscard]] std::unique_ptr<Parts> make_dead_letter(World& world, Process& process);
[[nodiscard]] std::unique_ptr<Parts> make_client(World& world, Process& process, ClientBook& book);
/// Sends what is no message at all.
[[nodiscard]] std::unique_ptr<Parts> make_vandal(World& world, Process& process);

/// Where the doors are.
[[nodiscard]] std::string events_address(ShardIndex shard);
[[nodiscard]] std::string query_address(ShardIndex shard);

}  // namespace florin::sim
