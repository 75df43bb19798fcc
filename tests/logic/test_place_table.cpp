#include <string>
#include <vector>

#include "logic/place_table.hpp"
#include "tests/support/catch.hpp"

namespace florin::test {
namespace {

/// Few hashes, so that many meet.
std::size_t poor_hash(const std::string& text) {
  return text.size() % 3;
}

TEST_CASE("A place is found by what stands there, however many hashes meet") {
  std::vector<std::string> list;
  PlaceTable places(2);  // far too few: it grows
  const auto find = [&](const std::string& wanted) {
    return places.find(poor_hash(wanted), [&](std::size_t at) { return list[at] == wanted; });
  };
  for (int i = 0; i < 500; ++i) {
    const std::string text = std::to_string(i * 37);
    REQUIRE_FALSE(find(text));
    places.add(poor_hash(text), list.size());
    list.push_back(text);
    REQUIRE(find(text) == list.size() - 1);
  }
  for (std::size_t at = 0; at < list.size(); ++at) {
    REQUIRE(find(list[at]) == at);
  }
  CHECK_FALSE(find("another"));
}

TEST_CASE("Hashes that differ only beyond 32 bits are told apart by what stands there") {
  const std::vector<std::uint64_t> list{1, (std::uint64_t{1} << 40U) + 1};
  PlaceTable places(list.size());
  for (std::size_t at = 0; at < list.size(); ++at) {
    places.add(list[at], at);
  }
  for (std::size_t at = 0; at < list.size(); ++at) {
    CHECK(places.find(list[at], [&](std::size_t place) { return list[place] == list[at]; }) == at);
  }
}

}  // namespace
}  // namespace florin::test
