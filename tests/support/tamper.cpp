#include "tests/support/tamper.hpp"

#include "base/invariant.hpp"
#include "storage/lmdb.hpp"

namespace florin::test {

Tamper::Rows Tamper::rows(const char* table) const {
  lmdb::Env env(directory_, {});
  const lmdb::Table handle = env.table(table);
  const lmdb::ReadTxn txn(env);
  lmdb::Cursor cursor(txn, handle);
  Rows rows;
  for (bool found = cursor.first(); found; found = cursor.next()) {
    rows.emplace_back(cursor.key(), cursor.value());
  }
  return rows;
}

std::optional<std::string> Tamper::row(const char* table, std::string_view key) const {
  lmdb::Env env(directory_, {});
  const lmdb::Table handle = env.table(table);
  const lmdb::ReadTxn txn(env);
  const auto found = txn.get(handle, key);
  return found ? std::optional(std::string(*found)) : std::nullopt;
}

void Tamper::put(const char* table, std::string_view key, std::string_view value) const {
  lmdb::Env env(directory_, {});
  const lmdb::Table handle = env.table(table);
  lmdb::WriteTxn txn(env);
  txn.put(handle, key, value);
  std::move(txn).commit();
}

void Tamper::remove(const char* table, std::string_view key) const {
  lmdb::Env env(directory_, {});
  const lmdb::Table handle = env.table(table);
  lmdb::WriteTxn txn(env);
  txn.remove(handle, key);
  std::move(txn).commit();
}

void Tamper::rewrite_journal(const std::function<void(Entry&)>& change) const {
  const Rows records = rows("journal");
  std::optional<Digest> previous;
  for (const auto& [key, bytes] : records) {
    const auto record = read_record(bytes);
    invariant(record.has_value(), "the journal was whole before");
    BatchHeader header = record->header;
    header.previous_hash = previous.value_or(header.previous_hash);
    BatchBuilder builder(header);
    auto entries = record->entries().value();
    for (Entry& entry : entries) {
      change(entry);
      builder.add(entry);
    }
    const SealedRecord sealed = std::move(builder).seal();
    previous = sealed.hash;
    put("journal", key, sealed.bytes);
  }
}

}  // namespace florin::test
