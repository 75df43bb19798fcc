#include "tools/consumer_positions.hpp"

namespace florin {

Positions journal_heads(StoreAccess& access) {
  Positions heads;
  for (std::uint16_t i = 0; i < access.facts().shards; ++i) {
    const ShardIndex shard(i);
    const auto payload = access.ask({OwnerRole::shard, shard}, QueryKind::head, "\x90");
    Reader reader(payload ? std::string_view(*payload) : std::string_view{});
    const Position head = decode_position(reader);
    if (reader.ok()) {
      heads[shard] = head;
    }
  }
  return heads;
}

Positions consumer_positions(StoreAccess& access, OwnerRole consumer) {
  Positions reached;
  const auto payload = access.ask({consumer, {}}, QueryKind::positions, "\x90");
  Reader reader(payload ? std::string_view(*payload) : std::string_view{});
  const std::uint32_t count = reader.array("positions");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const Position position = decode_position(reader);
    if (reader.ok()) {
      reached[position.shard] = position;
    }
  }
  return reached;
}

bool is_behind(const Positions& reached, const Positions& heads) {
  for (const auto& [shard, head] : heads) {
    const auto at = reached.find(shard);
    if (head.ordinal.value() > 0 && (at == reached.end() || at->second.ordinal < head.ordinal)) {
      return true;
    }
  }
  return false;
}

std::uint64_t entries_behind(const Positions& reached, const Positions& heads) {
  std::uint64_t behind = 0;
  for (const auto& [shard, head] : heads) {
    const auto at = reached.find(shard);
    const std::uint64_t sequence = at == reached.end() ? 0 : at->second.sequence.value();
    behind += head.sequence.value() - std::min(head.sequence.value(), sequence);
  }
  return behind;
}

}  // namespace florin
