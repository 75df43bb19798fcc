#pragma once

/// What the consumers' stores have in common: rows packed and read back, pages of them, positions by shard,
/// and the format that a store says it has.

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/query.hpp"
#include "protocol/reader.hpp"
#include "protocol/writer.hpp"
#include "storage/fault.hpp"
#include "storage/lmdb.hpp"
#include "storage/shard_store.hpp"

namespace florin {

/// Key order is number order.
[[nodiscard]] std::string big_endian(std::uint64_t value);
[[nodiscard]] std::uint64_t number_or_zero(std::optional<std::string_view> bytes);

inline constexpr std::string_view kDeriveAnew =
    "use the version that wrote it, or delete the directory and let it be derived anew";

/// A store says which format it has from its first opening on; another one is refused, with the way out.
void check_format(lmdb::Env& env, lmdb::Table meta, std::string_view what, std::string_view format,
                  std::string_view way_out = kDeriveAnew);

template <class Value>
std::string packed(const Value& value, void (*encode)(Writer&, const Value&)) {
  Writer writer;
  encode(writer, value);
  return std::move(writer).take();
}

[[noreturn]] void refuse_row(std::string_view what, const Problem& problem);

/// A row that cannot be read is refused; `what` names its table.
template <class Value>
Value unpacked(std::string_view bytes, Value (*decode)(Reader&), std::string_view what) {
  Reader reader(bytes);
  Value value = decode(reader);
  reader.finish();
  if (!reader.ok()) {
    refuse_row(what, reader.problem());
  }
  return value;
}

template <class Row>
std::vector<Row> read_all(lmdb::Env& env, lmdb::Table table, Row (*decode)(Reader&), std::string_view what) {
  std::vector<Row> rows;
  const lmdb::ReadTxn txn(env);
  lmdb::Cursor cursor(txn, table);
  for (bool found = cursor.first(); found; found = cursor.next()) {
    rows.push_back(unpacked(cursor.value(), decode, what));
  }
  return rows;
}

/// Rows behind the key `after` that `admits` lets through.
template <class Row, class Admits>
Page<Row> read_page(lmdb::Env& env, lmdb::Table table, std::string_view after, std::size_t limit,
                    Row (*decode)(Reader&), std::string_view what, Admits admits) {
  Page<Row> page;
  const lmdb::ReadTxn txn(env);
  lmdb::Cursor cursor(txn, table);
  for (bool found = cursor.seek_after(after); found; found = cursor.next()) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    Row row = unpacked(cursor.value(), decode, what);
    if (admits(row)) {
      page.rows.push_back(std::move(row));
    }
  }
  return page;
}

}  // namespace florin
