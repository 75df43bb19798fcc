// A filter never forgets an id, and seldom takes another for one.

#include <random>

#include "storage/id_filter.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

/// Of one partition: the upper bits are the same.
Fingerprint in_partition(std::mt19937_64& random) {
  return {(std::uint64_t{77} << 53U) | (random() >> 11U)};
}

TEST_CASE("A filter that was never given room holds nothing") {
  const IdFilter filter;
  CHECK_FALSE(filter.may_hold({1}));
  CHECK_FALSE(filter.has_room(1));
}

TEST_CASE("A filter holds what was added and says perhaps of few others") {
  const auto ids = GENERATE(std::size_t{1}, std::size_t{100}, std::size_t{10'000});
  std::mt19937_64 random(ids);
  std::vector<Fingerprint> added;
  IdFilter filter;
  filter.reset(ids);
  CHECK(filter.has_room(ids));
  for (std::size_t i = 0; i < ids; ++i) {
    added.push_back(in_partition(random));
    filter.add(added.back());
  }
  for (const Fingerprint& id : added) {
    REQUIRE(filter.may_hold(id));
  }
  constexpr int kOthers = 100'000;
  int perhaps = 0;
  for (int i = 0; i < kOthers; ++i) {
    perhaps += filter.may_hold(in_partition(random)) ? 1 : 0;
  }
  CHECK(perhaps < kOthers / 25);
}

TEST_CASE("A filter is full when it was given what it has room for") {
  IdFilter filter;
  filter.reset(100);
  std::size_t taken = 0;
  for (; filter.has_room(1); ++taken) {
    filter.add({taken});
  }
  CHECK(taken >= 100);
  CHECK(taken <= 400);
}

}  // namespace
}  // namespace florin::test
