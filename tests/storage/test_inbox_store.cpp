#include "protocol/inbox_chunk.hpp"
#include "storage/lmdb_inbox_store.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"

namespace florin::test {
namespace {

constexpr std::uint64_t kBytesMax = std::uint64_t{64} << 20U;

InboxRow row(std::uint16_t shard, std::uint64_t first, std::size_t commands = 1) {
  std::vector<std::string> packed_commands;
  std::vector<InboxItem> items;
  for (std::size_t i = 0; i < commands; ++i) {
    packed_commands.push_back(packed(deposit("d-" + std::to_string(first + i), "alice", 5)));
  }
  for (const std::string& command : packed_commands) {
    items.push_back({TimeUs(7), command});
  }
  const InboxKey key{ShardIndex(shard), InboxPosition(first)};
  return {key, encode_inbox_chunk(key.shard, key.first, items)};
}

std::vector<std::uint64_t> firsts(InboxStore& store, std::uint16_t shard, std::uint64_t from = 1,
                                  std::size_t bytes_max = 1'000'000) {
  std::vector<std::uint64_t> found;
  for (const InboxRow& read : store.read(ShardIndex(shard), InboxPosition(from), bytes_max)) {
    found.push_back(read.key.first.value());
  }
  return found;
}

using Firsts = std::vector<std::uint64_t>;

TEST_CASE("Chunks of the inbox are read by shard and in order, also after it was opened again") {
  const TempDir dir;
  {
    LmdbInboxStore store(dir.path(), kBytesMax);
    store.commit(std::vector{row(1, 300), row(0, 2)}, {});
    store.commit(std::vector{row(1, 4), row(256, 1)}, {});
  }
  LmdbInboxStore store(dir.path(), kBytesMax);
  CHECK(firsts(store, 0) == Firsts{2});
  CHECK(firsts(store, 1) == Firsts{4, 300});
  CHECK(firsts(store, 1, 5) == Firsts{300});
  CHECK(firsts(store, 1, 1, 1) == Firsts{4});
  CHECK(firsts(store, 256) == Firsts{1});
  CHECK(store.read(ShardIndex(1), InboxPosition(300), 1).front().chunk == row(1, 300).chunk);
}

TEST_CASE("The same commit twice leaves what it leaves once") {
  const TempDir dir;
  LmdbInboxStore store(dir.path(), kBytesMax);
  store.commit(std::vector{row(0, 1)}, {});
  for (int i = 0; i < 2; ++i) {
    store.commit(std::vector{row(0, 2)}, std::vector{InboxKey{ShardIndex(0), InboxPosition(1)}});
    CHECK(firsts(store, 0) == Firsts{2});
  }
}

TEST_CASE("A chunk of the inbox survives its bytes, and another one does not pass for it") {
  const InboxRow written = row(2, 9, 3);
  const auto read = decode_inbox_chunk(written.chunk);
  REQUIRE(read.has_value());
  CHECK(read->shard == ShardIndex(2));
  CHECK(read->first == InboxPosition(9));
  REQUIRE(read->items.size() == 3);
  CHECK(read->items[2].command == deposit("d-11", "alice", 5));
  CHECK(read->items[2].accepted == TimeUs(7));
  CHECK(read->items[2].packed == packed(deposit("d-11", "alice", 5)));
  for (std::size_t i = 0; i < written.chunk.size(); ++i) {
    std::string changed = written.chunk;
    changed[i] = static_cast<char>(changed[i] ^ 0x01);
    CHECK_FALSE(decode_inbox_chunk(changed).has_value());
  }
}

}  // namespace
}  // namespace florin::test
