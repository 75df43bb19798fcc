#pragma once

/// Answers queries on a thread of its own.

#include "logic/queries.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/world.hpp"

namespace florin::sim {

class QueryActor : public Actor {
 public:
  QueryActor(World& world, Process& process, const std::string& address, QueryHandler handler)
      : Actor(process, process.name() + " " + address),
        handler_(std::move(handler)),
        door_(world.network, *this, address) {}

 protected:
  void round() override {
    while (auto query = door_.receive()) {
      then([this, query = std::move(*query)] {
        static_cast<void>(door_.send(query.peer, handler_(query.message.bytes)));
      });
    }
  }

 private:
  QueryHandler handler_;
  Door door_;
};

}  // namespace florin::sim
