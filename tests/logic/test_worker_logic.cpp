// A worker's logic, driven by hand: what it starts and stops, and what it says of that.

#include "logic/worker_logic.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

using Shards = std::vector<ShardIndex>;

constexpr Incarnation kIncarnation{5};

struct Fixture {
  WorkerSettings settings{fixed_from<Id128>("worker's own 16."), "worker-1", 4, 250, 500};
  WorkerLogic worker{settings};
  TimeUs now{1'700'000'000'000'000};

  void tell(std::uint64_t number, const Shards& shards, Incarnation incarnation = kIncarnation) {
    CHECK(worker.on_placement(encode_placement({incarnation, number, shards})).has_value());
  }
  WorkerEffects step(std::int64_t ms = 0) {
    now = now.plus(ms * 1000);
    return worker.step(now);
  }
  [[nodiscard]] static Alive said(const WorkerEffects& effects) {
    return decode_alive(effects.alive).value();
  }
};

TEST_CASE("A worker starts what it is told to hold, and claims it from then on") {
  Fixture f;
  CHECK(Fixture::said(f.step()).claims.empty());
  f.tell(3, {ShardIndex(1), ShardIndex(2)});
  const WorkerEffects effects = f.step();
  CHECK(effects.start == Shards{ShardIndex(1), ShardIndex(2)});
  const Alive alive = Fixture::said(effects);
  CHECK(alive.incarnation == kIncarnation);
  CHECK(alive.number == 3);
  CHECK(alive.claims.size() == 2);
  CHECK(f.step().start.empty());
}

TEST_CASE("A worker says ALIVE at once where something changes, and else now and then") {
  Fixture f;
  CHECK(!f.step().alive.empty());
  CHECK(f.step(100).alive.empty());
  CHECK(!f.step(200).alive.empty());
  f.tell(1, {ShardIndex(0)});
  (void)f.step();
  f.worker.on_report(ShardIndex(0), Hold::serving, {});
  CHECK(Fixture::said(f.step(1)).claims.at(0).hold == Hold::serving);
  f.worker.on_report(ShardIndex(0), Hold::serving, {});
  CHECK(f.step(1).alive.empty());
}

TEST_CASE("A shard that a worker is not told to hold any more is claimed until it is closed") {
  Fixture f;
  f.tell(1, {ShardIndex(0), ShardIndex(1)});
  (void)f.step();
  f.tell(2, {ShardIndex(1)});
  const WorkerEffects effects = f.step();
  CHECK(effects.stop == Shards{ShardIndex(0)});
  CHECK(Fixture::said(effects).claims.size() == 2);
  CHECK(f.step().stop.empty());
  f.worker.on_stopped(ShardIndex(0));
  CHECK(Fixture::said(f.step()).claims == std::vector<Claim>{{ShardIndex(1), Hold::waiting, {}}});
}

TEST_CASE("A shard that is told again while it closes is started when it is closed") {
  Fixture f;
  f.tell(1, {ShardIndex(0)});
  (void)f.step();
  f.tell(2, {});
  (void)f.step();
  f.tell(3, {ShardIndex(0)});
  CHECK(f.step().start.empty());
  f.worker.on_stopped(ShardIndex(0));
  CHECK(f.step().start == Shards{ShardIndex(0)});
}

TEST_CASE("An old PLACEMENT changes nothing, nor does one of a router that is no more") {
  Fixture f;
  f.tell(7, {ShardIndex(0)});
  f.tell(6, {ShardIndex(1)});
  f.tell(9, {ShardIndex(2)}, Incarnation(4));
  CHECK(f.step().start == Shards{ShardIndex(0)});
  f.tell(1, {ShardIndex(0), ShardIndex(3)}, kIncarnation.next());
  CHECK(f.step().start == Shards{ShardIndex(3)});
}

TEST_CASE("A worker that leaves waits to be told so, and not for ever") {
  Fixture f;
  f.tell(1, {ShardIndex(0), ShardIndex(1)});
  (void)f.step();
  f.worker.leave(f.now);
  const WorkerEffects effects = f.step();
  CHECK(effects.stop.empty());
  CHECK(Fixture::said(effects).leaving);
  SECTION("told") {
    f.tell(2, {});
    CHECK(f.step().stop.size() == 2);
  }
  SECTION("alone") {
    CHECK(f.step(f.settings.leave_alone_ms).stop.size() == 2);
  }
  f.worker.on_stopped(ShardIndex(0));
  CHECK(!f.worker.is_empty());
  f.worker.on_stopped(ShardIndex(1));
  CHECK(f.worker.is_empty());
  f.tell(5, {ShardIndex(0)});
  CHECK(f.step().start.empty());
}

TEST_CASE("Shards that the data directory does not have are not started") {
  Fixture f;
  f.tell(1, {ShardIndex(4)});
  CHECK(f.step().start.empty());
}

}  // namespace
}  // namespace florin::test
