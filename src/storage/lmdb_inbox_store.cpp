#include "storage/lmdb_inbox_store.hpp"

#include "base/text.hpp"
#include "storage/lmdb_rows.hpp"

namespace florin {

namespace {

constexpr std::string_view kInboxFormat = "1";
constexpr std::string_view kWayOut =
    "use the version that wrote it. Deleted, it takes the commands with it that were accepted and not "
    "decided";
constexpr std::uint64_t kReserveBytes = std::uint64_t{64} << 20U;

lmdb::EnvOptions options_for(std::uint64_t bytes_max) {
  lmdb::EnvOptions options;
  options.map_size_bytes = 2 * bytes_max + kReserveBytes;
  return options;
}

/// Shard, then position, both big-endian.
std::string packed_key(const InboxKey& key) {
  return big_endian(key.shard.value()) + big_endian(key.first.value());
}

InboxKey key_of(std::string_view packed) {
  constexpr std::size_t kHalf = 8;
  if (packed.size() != 2 * kHalf) {
    refuse_store("a key of the inbox is damaged: restore router/inbox from a backup");
  }
  return {ShardIndex(static_cast<std::uint16_t>(read_big_endian(packed.substr(0, kHalf)))),
          InboxPosition(read_big_endian(packed.substr(kHalf)))};
}

}  // namespace

LmdbInboxStore::LmdbInboxStore(const std::filesystem::path& directory, std::uint64_t bytes_max)
    : env_(directory, options_for(bytes_max), [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        chunks_ = env.table("chunks");
        check_format(env, meta_, "the inbox", kInboxFormat, kWayOut);
      }) {}

std::vector<InboxRow> LmdbInboxStore::read(ShardIndex shard, InboxPosition from, std::size_t bytes_max) {
  std::vector<InboxRow> rows;
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, chunks_);
  std::size_t bytes = 0;
  for (bool found = cursor.seek(packed_key({shard, from})); found && (rows.empty() || bytes < bytes_max);
       found = cursor.next()) {
    const InboxKey key = key_of(cursor.key());
    if (key.shard != shard) {
      break;
    }
    rows.push_back({key, std::string(cursor.value())});
    bytes += rows.back().chunk.size();
  }
  return rows;
}

void LmdbInboxStore::commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  for (const InboxKey& key : removed) {
    txn.remove(chunks_, packed_key(key));
  }
  for (const InboxRow& row : added) {
    txn.put(chunks_, packed_key(row.key), row.chunk);
  }
  std::move(txn).commit();
}

}  // namespace florin
