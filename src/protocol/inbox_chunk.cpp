#include "protocol/inbox_chunk.hpp"

#include <xxhash.h>

#include "protocol/reader.hpp"
#include "protocol/writer.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kInboxChunkFormat = 1;
constexpr std::uint32_t kChunkElements = 5;
constexpr std::uint32_t kAcceptedElements = 2;

std::uint64_t hash_of(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

InboxChunk::Item read_chunk_item(Reader& reader) {
  InboxChunk::Item item;
  reader.array_of(kAcceptedElements, "accepted command");
  item.accepted = TimeUs(reader.integer("accepted"));
  Reader ahead = reader.ahead();
  auto decoded = decode_command(ahead);
  if (!reader.ok()) {
    return item;
  }
  if (!decoded) {
    reader.fail(decoded.error().code, decoded.error().detail);
    return item;
  }
  item.packed = reader.follow(ahead);
  item.command = std::move(decoded->command);
  return item;
}

}  // namespace

std::string encode_inbox_chunk(ShardIndex shard, InboxPosition first, std::span<const InboxItem> items) {
  Writer writer;
  writer.array(kChunkElements)
      .uint(kInboxChunkFormat)
      .uint(shard.value())
      .uint(first.value())
      .array(items.size());
  for (const InboxItem& item : items) {
    writer.array(kAcceptedElements).integer(item.accepted.value()).raw(item.packed);
  }
  writer.uint(hash_of(writer.view()));
  return std::move(writer).take();
}

Result<InboxChunk> decode_inbox_chunk(std::string_view bytes) {
  Reader reader(bytes);
  InboxChunk chunk;
  reader.array_of(kChunkElements, "inbox chunk");
  if (reader.uint("format") != kInboxChunkFormat && reader.ok()) {
    reader.fail(Code::unsupported_version, "an inbox chunk of another version");
  }
  chunk.shard = ShardIndex(static_cast<std::uint16_t>(reader.uint("shard", UINT16_MAX)));
  chunk.first = InboxPosition(reader.uint("first"));
  const std::uint32_t count = reader.array("accepted commands");
  if (reader.ok() && count == 0) {
    reader.fail(Code::wrong_length, "an inbox chunk holds at least one command");
  }
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    chunk.items.push_back(read_chunk_item(reader));
  }
  const std::string_view hashed = bytes.substr(0, reader.position());
  const std::uint64_t hash = reader.uint("hash");
  reader.finish();
  if (reader.ok() && hash != hash_of(hashed)) {
    reader.fail(Code::malformed, "the hash of an inbox chunk does not fit its bytes");
  }
  if (!reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return chunk;
}

}  // namespace florin
