// Spreading shards over members: evenly, and with as few moves as can be.

#include <algorithm>

#include "logic/placement.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

std::vector<std::size_t> counts(const Holders& holders, std::size_t members) {
  std::vector<std::size_t> counts(members);
  for (const auto& holder : holders) {
    ++counts.at(holder.value());
  }
  return counts;
}

std::size_t moves(const Holders& before, const Holders& after) {
  std::size_t moves = 0;
  for (std::size_t i = 0; i < before.size(); ++i) {
    moves += before[i] && before[i] != after[i] ? 1U : 0U;
  }
  return moves;
}

TEST_CASE("Where nobody is nobody holds anything") {
  const Holders placed = place_shards({0, std::nullopt}, 0);
  CHECK(placed == Holders{std::nullopt, std::nullopt});
}

TEST_CASE("Shards are spread evenly, whatever the numbers") {
  for (std::size_t shards = 1; shards <= 17; ++shards) {
    for (std::size_t members = 1; members <= 9; ++members) {
      const auto held = counts(place_shards(Holders(shards), members), members);
      const auto [least, most] = std::minmax_element(held.begin(), held.end());
      CHECK(*most - *least <= 1);
    }
  }
}

TEST_CASE("One who joins is given his part, and nothing else moves") {
  Holders placed = place_shards(Holders(8), 3);
  const Holders joined = place_shards(placed, 4);
  CHECK(counts(joined, 4) == std::vector<std::size_t>{2, 2, 2, 2});
  CHECK(moves(placed, joined) == 2);
}

TEST_CASE("What is spread already stays") {
  const Holders placed = place_shards(Holders(7), 3);
  CHECK(place_shards(placed, 3) == placed);
}

TEST_CASE("The shards of one who is gone go to the others, and theirs stay") {
  const Holders before{0, 1, 2, 0, 1, 2};
  Holders without = before;
  for (auto& holder : without) {
    holder = holder == 2U ? std::nullopt : holder;
  }
  const Holders after = place_shards(without, 2);
  CHECK(moves(without, after) == 0);
  CHECK(counts(after, 2) == std::vector<std::size_t>{3, 3});
}

}  // namespace
}  // namespace florin::test
