// The router's view of the workers, driven by hand: who is told what when workers join, leave, die and stand
// still.

#include <map>
#include <set>

#include "logic/membership.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

using Shards = std::set<unsigned>;

constexpr Incarnation kIncarnation{5};

/// A worker as it behaves where nothing goes wrong, and stands still where it is told to.
struct Worker {
  Alive alive;
  std::string peer;

  explicit Worker(const std::string& name) : peer(name) {
    alive.worker = fixed_from<Id128>(name + "................");
    alive.name = name;
  }
  /// Takes what it is told: what it gets it serves at once.
  void obey(const Placement& placement, Hold hold = Hold::serving) {
    alive.incarnation = placement.incarnation;
    alive.number = placement.number;
    std::vector<Claim> claims;
    for (const ShardIndex shard : placement.shards) {
      claims.push_back({shard, hold, {}});
    }
    alive.claims = claims;
  }
  [[nodiscard]] Shards has() const {
    Shards shards;
    for (const Claim& claim : alive.claims) {
      shards.insert(claim.shard.value());
    }
    return shards;
  }
};

struct Fixture {
  MembershipLimits limits;
  Membership membership;
  TimeUs now{1'700'000'000'000'000};
  std::map<std::string, Placement> told;  ///< the last, by peer

  explicit Fixture(std::uint16_t shards = 4, Incarnation incarnation = kIncarnation)
      : membership(shards, incarnation, limits) {}

  void say(const Worker& worker) { membership.on_alive(worker.peer, worker.alive, now); }
  void tick(std::int64_t ms = 0) {
    now = now.plus(ms * 1000);
    for (const Membership::Message& message : membership.tick(now)) {
      told[message.peer] = decode_placement(message.bytes).value();
    }
  }
  void settle() {
    tick();
    tick(limits.settle_ms);
  }
  [[nodiscard]] Shards told_to(const Worker& worker) {
    Shards shards;
    for (const ShardIndex shard : told[worker.peer].shards) {
      shards.insert(shard.value());
    }
    return shards;
  }
  /// Everybody does what he is told until nothing changes any more.
  void come_to_rest(std::vector<Worker*> workers) {
    for (int i = 0; i < 6; ++i) {
      for (Worker* worker : workers) {
        worker->obey(told[worker->peer]);
        say(*worker);
        tick(1);
      }
    }
  }
};

TEST_CASE("Workers are told nothing new before all have had the time to speak") {
  Fixture router;
  Worker a("a");
  Worker b("b");
  router.say(a);
  router.tick();
  CHECK(router.told_to(a).empty());
  router.say(b);
  router.tick(router.limits.settle_ms);
  CHECK(router.told_to(a).size() == 2);
  CHECK(router.told_to(b).size() == 2);
}

TEST_CASE("A shard is told to its next owner only when the present one has let go") {
  Fixture router;
  Worker a("a");
  router.say(a);
  router.settle();
  router.come_to_rest({&a});
  REQUIRE(a.has() == Shards{0, 1, 2, 3});
  Worker b("b");
  router.say(b);
  router.tick(1);
  CHECK(router.told_to(a).size() == 2);
  CHECK(router.told_to(b).empty());
  CHECK(router.membership.take_withdrawn().size() == 2);
  SECTION("an old word of the owner is not taken for letting go") {
    router.say(a);
    router.tick(1);
    CHECK(router.told_to(b).empty());
  }
  SECTION("closing is not letting go") {
    a.alive.number = router.told["a"].number;
    for (Claim& claim : a.alive.claims) {
      claim.hold = Hold::closing;
    }
    router.say(a);
    router.tick(1);
    CHECK(router.told_to(b).empty());
  }
  a.obey(router.told["a"]);
  router.say(a);
  router.tick(1);
  CHECK(router.told_to(b).size() == 2);
}

TEST_CASE("The shards of a worker whose connection is gone are told to the others at once") {
  Fixture router;
  Worker a("a");
  Worker b("b");
  router.say(a);
  router.say(b);
  router.settle();
  router.come_to_rest({&a, &b});
  router.membership.on_gone("a");
  router.tick(1);
  CHECK(router.told_to(b) == Shards{0, 1, 2, 3});
  CHECK(router.membership.deaths() == 1);
  CHECK(router.membership.take_withdrawn().empty());
}

TEST_CASE("A worker that is not heard any more is dead, and has its shards when it is heard again") {
  Fixture router;
  Worker a("a");
  Worker b("b");
  router.say(a);
  router.say(b);
  router.settle();
  router.come_to_rest({&a, &b});
  const Shards of_a = a.has();
  router.tick(router.limits.dead_after_ms - 100);
  router.say(b);
  router.tick(200);
  CHECK(router.told_to(b) == Shards{0, 1, 2, 3});
  // It has their locks still, and b waits for them.
  b.obey(router.told["b"]);
  for (Claim& claim : b.alive.claims) {
    claim.hold = of_a.contains(claim.shard.value()) ? Hold::waiting : Hold::serving;
  }
  router.say(b);
  router.tick(1);
  CHECK(router.told_to(b) == Shards{0, 1, 2, 3});
  router.say(a);
  router.tick(1);
  CHECK(router.told_to(a) == of_a);
  router.come_to_rest({&a, &b});
  CHECK(a.has() == of_a);
  CHECK(b.has().size() == 2);
}

TEST_CASE(
    "A shard that is moved on while its lock is with one who stands still stays there when he goes on") {
  Fixture router;
  Worker a("a");
  Worker b("b");
  router.say(a);
  router.say(b);
  router.settle();
  router.come_to_rest({&a, &b});
  const Shards of_a = a.has();
  router.membership.on_gone("a");
  router.tick(1);
  b.obey(router.told["b"]);
  for (Claim& claim : b.alive.claims) {
    claim.hold = of_a.contains(claim.shard.value()) ? Hold::waiting : Hold::serving;
  }
  router.say(b);
  (void)router.membership.take_staying();
  Worker c("c");
  router.say(c);
  router.tick(1);
  CHECK(router.told_to(b).size() == 2);
  for (const ShardIndex shard : router.membership.take_withdrawn()) {
    CHECK_FALSE(of_a.contains(shard.value()));
  }
  router.say(a);
  router.tick(1);
  CHECK(router.told_to(a) == of_a);
  CHECK(router.membership.take_staying().size() == 2);
}

TEST_CASE("A worker that leaves gives everything to the others") {
  Fixture router;
  Worker a("a");
  Worker b("b");
  router.say(a);
  router.say(b);
  router.settle();
  router.come_to_rest({&a, &b});
  a.alive.leaving = true;
  router.say(a);
  router.tick(1);
  CHECK(router.told_to(a).empty());
  router.come_to_rest({&a, &b});
  CHECK(a.has().empty());
  CHECK(b.has() == Shards{0, 1, 2, 3});
}

TEST_CASE("A restarted router leaves every shard where it is") {
  Worker a("a");
  Worker b("b");
  Fixture first;
  first.say(a);
  first.say(b);
  first.settle();
  first.come_to_rest({&a, &b});
  const Shards of_a = a.has();
  const Shards of_b = b.has();
  Fixture second(4, kIncarnation.next());
  second.say(a);
  second.tick();
  CHECK(second.told_to(a) == of_a);
  second.say(b);
  second.tick(second.limits.settle_ms);
  second.come_to_rest({&a, &b});
  CHECK(a.has() == of_a);
  CHECK(b.has() == of_b);
  CHECK(second.membership.take_withdrawn().empty());
}

TEST_CASE("What a pinned worker has is nobody else's") {
  Fixture router;
  Worker pinned("p");
  pinned.alive.pinned = true;
  pinned.alive.claims = {{ShardIndex(1), Hold::serving, {}}, {ShardIndex(2), Hold::serving, {}}};
  Worker a("a");
  router.say(pinned);
  router.say(a);
  router.settle();
  router.come_to_rest({&a});
  CHECK(a.has() == Shards{0, 3});
  router.membership.on_gone("p");
  router.tick(1);
  CHECK(router.told_to(a) == Shards{0, 1, 2, 3});
}

TEST_CASE("A claim of a shard that does not exist is not listened to") {
  Fixture router;
  Worker a("a");
  a.alive.claims = {{ShardIndex(9), Hold::serving, {}}};
  router.say(a);
  router.settle();
  CHECK(router.told_to(a) == Shards{0, 1, 2, 3});
  CHECK(router.membership.workers().at(0).claims.empty());
}

}  // namespace
}  // namespace florin::test
