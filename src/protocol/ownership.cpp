#include "protocol/ownership.hpp"

#include "base/invariant.hpp"
#include "protocol/backend_fields.hpp"
#include "protocol/envelope.hpp"

namespace florin {

namespace {

constexpr std::uint32_t kAliveElements = 9;
constexpr std::uint32_t kClaimElements = 3;
constexpr std::uint32_t kPlacementElements = 5;
constexpr std::size_t kReasonMax = 1024;
constexpr auto kHoldMax = static_cast<std::uint64_t>(Hold::refused);

Claim read_claim(Reader& reader) {
  reader.array_of(kClaimElements, "claim");
  Claim claim;
  claim.shard = read_shard(reader);
  claim.hold = static_cast<Hold>(reader.uint("hold", kHoldMax));
  claim.reason = reader.text_or_nil("reason", kReasonMax);
  return claim;
}

}  // namespace

std::string_view name(Hold hold) {
  switch (hold) {
    case Hold::waiting: return "waiting";
    case Hold::opening: return "opening";
    case Hold::serving: return "serving";
    case Hold::closing: return "closing";
    case Hold::refused: return "refused";
  }
  invariant(false, "a hold is one of its enumerators");
  return {};
}

bool has_lock(Hold hold) {
  return hold == Hold::opening || hold == Hold::serving || hold == Hold::closing;
}

std::string encode_alive(const Alive& alive) {
  Writer writer;
  open_envelope(writer, kAliveElements, MessageType::alive)
      .bin(alive.worker.view())
      .text(std::string_view(alive.name).substr(0, kWorkerNameMax))
      .boolean(alive.pinned)
      .boolean(alive.leaving)
      .uint(alive.incarnation.value())
      .uint(alive.number)
      .array(alive.claims.size());
  for (const Claim& claim : alive.claims) {
    writer.array(kClaimElements)
        .uint(claim.shard.value())
        .uint(static_cast<std::uint64_t>(claim.hold))
        .text_or_nil(std::string_view(claim.reason).substr(0, kReasonMax));
  }
  return std::move(writer).take();
}

Result<Alive> decode_alive(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kAliveElements, MessageType::alive, "ALIVE");
  Alive alive;
  alive.worker = fixed_from<Id128>(reader.bin_of(Id128::kSize, "worker"));
  alive.name = reader.text("name", kWorkerNameMax);
  alive.pinned = reader.boolean("pinned");
  alive.leaving = reader.boolean("leaving");
  alive.incarnation = Incarnation(reader.uint("incarnation"));
  alive.number = reader.uint("number");
  const std::uint32_t count = reader.array("claims");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    alive.claims.push_back(read_claim(reader));
  }
  return finished(reader, std::move(alive));
}

std::string encode_placement(const Placement& placement) {
  Writer writer;
  open_envelope(writer, kPlacementElements, MessageType::placement)
      .uint(placement.incarnation.value())
      .uint(placement.number)
      .array(placement.shards.size());
  for (const ShardIndex shard : placement.shards) {
    writer.uint(shard.value());
  }
  return std::move(writer).take();
}

Result<Placement> decode_placement(std::string_view bytes) {
  Reader reader(bytes);
  read_envelope(reader, kPlacementElements, MessageType::placement, "PLACEMENT");
  Placement placement;
  placement.incarnation = Incarnation(reader.uint("incarnation"));
  placement.number = reader.uint("number");
  const std::uint32_t count = reader.array("shards");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    placement.shards.push_back(read_shard(reader));
  }
  return finished(reader, std::move(placement));
}

}  // namespace florin
