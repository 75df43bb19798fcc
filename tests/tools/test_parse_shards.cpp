// Which shards a worker hosts, as people write it.

#include "runtime/config.hpp"
#include "tests/support/catch.hpp"
#include "tools/parse_shards.hpp"

namespace florin::test {
namespace {

std::vector<std::uint16_t> parsed(std::string_view text) {
  std::vector<std::uint16_t> numbers;
  for (const ShardIndex shard : parse_shards(text, 8)) {
    numbers.push_back(shard.value());
  }
  return numbers;
}

TEST_CASE("Shards are read as a list, as a range and as both") {
  CHECK(parsed("0") == std::vector<std::uint16_t>{0});
  CHECK(parsed("0,1") == std::vector<std::uint16_t>{0, 1});
  CHECK(parsed("4-7") == std::vector<std::uint16_t>{4, 5, 6, 7});
  CHECK(parsed("6,0-2") == std::vector<std::uint16_t>{0, 1, 2, 6});
}

TEST_CASE("Shards that do not exist, come twice or are no numbers are refused") {
  for (const char* text :
       {"8", "0-8", "1,1", "0-3,2", "3-1", "", ",", "0,", "a", "-1", "1-", "1.5", "99999"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_shards(text, 8), ConfigError);
  }
}

}  // namespace
}  // namespace florin::test
