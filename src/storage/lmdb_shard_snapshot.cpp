#include "storage/lmdb_shard_snapshot.hpp"

#include <fmt/format.h>

#include "base/invariant.hpp"
#include "base/text.hpp"
#include "protocol/reader.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::size_t kJournalKeySize = 16;

BatchOrdinal ordinal_of(std::string_view key) {
  invariant(key.size() == kJournalKeySize, "a journal key has 16 bytes");
  return BatchOrdinal(read_big_endian(key.substr(8)));
}

SequenceNumber first_of(std::string_view key) {
  invariant(key.size() == kJournalKeySize, "a journal key has 16 bytes");
  return SequenceNumber(read_big_endian(key.substr(0, 8)));
}

[[noreturn]] void refuse_damaged(ShardIndex shard, std::string_view what, const Problem& problem) {
  refuse_store(
      fmt::format("shard {}: {} is damaged ({}: {}). Restore the shard from a backup; `florin verify` "
                  "on the stopped store lists everything that is wrong",
                  shard.value(), what, name(problem.code), problem.detail));
}

BatchRecord read_or_refuse(std::string_view bytes, ShardIndex shard, HashCheck check) {
  auto record = read_record(bytes, check);
  if (!record) {
    refuse_damaged(shard, "a journal record", record.error());
  }
  return *record;
}

/// Only a damaged derived table points to what the journal does not hold.
[[noreturn]] void refuse_missing(ShardIndex shard, SequenceNumber sequence) {
  refuse_store(
      fmt::format("shard {}: a derived table points to entry {}, which the journal does not hold. Stop "
                  "florin and run `florin rebuild`",
                  shard.value(), sequence.value()));
}

/// Which part of the journal's key space of sequences is still in question.
struct SequenceRange {
  std::uint64_t low;
  std::uint64_t high;
};

template <class Row>
Row decode_row(std::string_view bytes, ShardIndex shard, std::string_view what, Row (*decode)(Reader&)) {
  Reader reader(bytes);
  Row row = decode(reader);
  reader.finish();
  if (!reader.ok()) {
    refuse_damaged(shard, what, reader.problem());
  }
  return row;
}

constexpr std::size_t kChunkKeySize = 11;

/// None where it is no key of a chunk.
std::optional<ChunkKey> parse_chunk_key(std::string_view key) {
  if (key.size() != kChunkKeySize) {
    return std::nullopt;
  }
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(key[at]); };
  return ChunkKey{static_cast<std::uint16_t>(byte(0) << 8U | byte(1)), byte(2),
                  read_big_endian(key.substr(3))};
}

}  // namespace

std::string journal_key(SequenceNumber first, BatchOrdinal ordinal) {
  std::string key;
  append_big_endian(key, first.value());
  append_big_endian(key, ordinal.value());
  return key;
}

std::string id_key(IdNamespace id_namespace, const WalletId& wallet, const TransactionId& id) {
  std::string key(1, static_cast<char>(id_namespace));
  return key.append(wallet.view()).append(1, '\0').append(id.view());
}

std::string chunk_key(const ChunkKey& key) {
  std::string bytes{static_cast<char>(key.partition >> 8U), static_cast<char>(key.partition & 0xffU),
                    static_cast<char>(key.level)};
  append_big_endian(bytes, key.cycle);
  return bytes;
}

LmdbShardSnapshot::LmdbShardSnapshot(lmdb::Env& env, const ShardTables& tables, const Id128& lineage,
                                     ShardIndex shard)
    : txn_(env), tables_(tables), lineage_(lineage), shard_(shard) {}

Head LmdbShardSnapshot::head() const {
  lmdb::Cursor cursor(txn_, tables_.journal);
  if (!cursor.last()) {
    return empty_head(lineage_, shard_);
  }
  const BatchRecord record = read_or_refuse(cursor.value(), shard_, HashCheck::full);
  if (record.header.lineage != lineage_ || record.header.shard != shard_) {
    refuse_store(fmt::format("shard {}: the journal's last record is of another store", shard_.value()));
  }
  return {record.header, record.hash};
}

Totals LmdbShardSnapshot::totals() const {
  const auto found = txn_.get(tables_.totals, "totals");
  return found ? decode_row(*found, shard_, "the table of totals", decode_totals) : Totals{};
}

std::optional<WalletState> LmdbShardSnapshot::stored_wallet(const WalletId& wallet) const {
  const auto found = txn_.get(tables_.wallets, wallet.view());
  if (!found) {
    return std::nullopt;
  }
  return decode_row(*found, shard_, "a row of the table of wallets", decode_wallet_row).state;
}

EntryRow LmdbShardSnapshot::entry(SequenceNumber sequence) const {
  if (!last_read_ || !last_read_->holds(sequence)) {
    last_read_.emplace(record_with(sequence));
  }
  auto entry = last_read_->entry(sequence);
  if (!entry) {
    refuse_damaged(shard_, fmt::format("entry {}", sequence.value()), entry.error());
  }
  return {shard_, last_read_->time(), std::move(*entry)};
}

BatchRecord LmdbShardSnapshot::record_with(SequenceNumber sequence) const {
  lmdb::Cursor cursor(txn_, tables_.journal);
  const bool behind = cursor.seek(journal_key(sequence.next(), BatchOrdinal(0)));
  if (!(behind ? cursor.previous() : cursor.last())) {
    refuse_missing(shard_, sequence);
  }
  BatchRecord record = read_or_refuse(cursor.value(), shard_, HashCheck::skip);
  if (sequence < record.header.first_sequence || sequence > record.header.last_sequence) {
    refuse_missing(shard_, sequence);
  }
  return record;
}

Page<WalletRow> LmdbShardSnapshot::stored_wallets(std::string_view after, std::size_t limit) const {
  Page<WalletRow> page;
  lmdb::Cursor cursor(txn_, tables_.wallets);
  for (bool found = cursor.seek_after(after); found; found = cursor.next()) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    page.rows.push_back(
        decode_row(cursor.value(), shard_, "a row of the table of wallets", decode_wallet_row));
  }
  return page;
}

void LmdbShardSnapshot::chunks(std::optional<std::uint16_t> partition, const TakeChunk& take) const {
  lmdb::Cursor cursor(txn_, tables_.ids);
  bool found = partition ? cursor.seek(chunk_key({*partition, 0, 0})) : cursor.first();
  for (; found; found = cursor.next()) {
    const auto key = parse_chunk_key(cursor.key());
    if (!key || !is_chunk(cursor.value())) {
      refuse_store(
          fmt::format("shard {}: a row of the table of ids is damaged. Stop florin and run `florin rebuild`",
                      shard_.value()));
    }
    if (partition && key->partition != *partition) {
      return;
    }
    take(*key, cursor.value());
  }
}

bool LmdbShardSnapshot::seek_ordinal(lmdb::Cursor& cursor, BatchOrdinal ordinal) const {
  if (!cursor.last() || ordinal_of(cursor.key()) < ordinal) {
    return false;
  }
  SequenceRange range{1, first_of(cursor.key()).value()};
  // Keys rise in both parts together, so bisecting over the first finds the second.
  while (range.low < range.high) {
    const std::uint64_t middle = range.low + (range.high - range.low) / 2;
    const bool found = cursor.seek(journal_key(SequenceNumber(middle + 1), BatchOrdinal(0)));
    if (found && ordinal_of(cursor.key()) <= ordinal) {
      range.low = middle + 1;
    } else {
      range.high = middle;
    }
  }
  bool found = cursor.seek(journal_key(SequenceNumber(range.low), BatchOrdinal(0)));
  while (found && ordinal_of(cursor.key()) < ordinal) {
    found = cursor.next();
  }
  return found;
}

Page<std::string> LmdbShardSnapshot::records(BatchOrdinal after, std::size_t bytes_max) const {
  Page<std::string> page;
  lmdb::Cursor cursor(txn_, tables_.journal);
  std::size_t bytes = 0;
  for (bool found = seek_ordinal(cursor, after.next()); found; found = cursor.next()) {
    if (!page.rows.empty() && bytes + cursor.value().size() > bytes_max) {
      page.more = true;
      break;
    }
    bytes += cursor.value().size();
    page.rows.emplace_back(cursor.value());
  }
  return page;
}

std::optional<Digest> LmdbShardSnapshot::hash_at(BatchOrdinal ordinal) const {
  if (ordinal == BatchOrdinal(0)) {
    return Digest{};
  }
  lmdb::Cursor cursor(txn_, tables_.journal);
  if (!seek_ordinal(cursor, ordinal) || ordinal_of(cursor.key()) != ordinal) {
    return std::nullopt;
  }
  return read_or_refuse(cursor.value(), shard_, HashCheck::skip).hash;
}

std::optional<DerivedMark> LmdbShardSnapshot::mark_or_none() const {
  Reader reader(txn_.get(tables_.meta, "derived").value_or(""));
  const DerivedMark mark = decode_derived_mark(reader);
  reader.finish();
  return reader.ok() ? std::optional(mark) : std::nullopt;
}

DerivedMark LmdbShardSnapshot::mark() const {
  return mark_or_none().value_or(DerivedMark{});
}

}  // namespace florin
