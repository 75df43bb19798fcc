#include "tools/parse_shards.hpp"

#include <fmt/format.h>

#include <charconv>
#include <set>

#include "runtime/config.hpp"

namespace florin {

namespace {

[[noreturn]] void fail(std::string_view text, std::string_view why) {
  throw ConfigError(fmt::format("--shards {}: {}", text, why));
}

std::uint16_t parse_shard(std::string_view text, std::string_view number, std::uint16_t shards) {
  std::uint16_t shard = 0;
  const char* const end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, shard);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    fail(text, "must be shards like 0,1 or 0-3");
  }
  if (shard >= shards) {
    fail(text, fmt::format("there is no shard {}: the configuration says shards = {}", shard, shards));
  }
  return shard;
}

}  // namespace

std::vector<ShardIndex> parse_shards(std::string_view text, std::uint16_t shards) {
  std::set<ShardIndex> found;
  std::string_view rest = text;
  for (bool more = true; more;) {
    const std::size_t comma = rest.find(',');
    const std::string_view part = rest.substr(0, comma);
    const std::size_t dash = part.find('-');
    const std::uint16_t first = parse_shard(text, part.substr(0, dash), shards);
    const std::uint16_t last =
        dash == std::string_view::npos ? first : parse_shard(text, part.substr(dash + 1), shards);
    if (last < first) {
      fail(text, fmt::format("{} ends before it begins", part));
    }
    for (std::uint16_t shard = first; shard <= last; ++shard) {
      if (!found.insert(ShardIndex(shard)).second) {
        fail(text, fmt::format("names shard {} twice", shard));
      }
    }
    more = comma != std::string_view::npos;
    rest = more ? rest.substr(comma + 1) : std::string_view{};
  }
  return {found.begin(), found.end()};
}

}  // namespace florin
