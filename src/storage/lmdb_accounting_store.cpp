#include "storage/lmdb_accounting_store.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "storage/lmdb_rows.hpp"

namespace florin {

namespace {

constexpr std::string_view kFormat = "2";
/// About 32 KiB: reading one line decodes no more than its block.
constexpr std::size_t kLinesPerBlock = 256;

std::string daily_key(const DailyKey& key) {
  std::string packed_key = big_endian(key.day);
  return packed_key.append(key.currency.code()).append(1, static_cast<char>(key.kind));
}

void append_lines(lmdb::WriteTxn& txn, lmdb::Table table, std::span<const StatementLine> lines) {
  Writer block;
  while (!lines.empty()) {
    const auto part = lines.first(std::min(lines.size(), kLinesPerBlock));
    block.clear();
    block.array(part.size());
    for (const StatementLine& line : part) {
      encode_line(block, line);
    }
    txn.append(table, big_endian(part.front().number.value()), block.view());
    lines = lines.subspan(part.size());
  }
}

/// Moves to the block that a line is in.
bool find_block(lmdb::Cursor& cursor, LineNumber number) {
  const std::string key = big_endian(number.value());
  return cursor.seek(key) ? cursor.key() == key || cursor.previous() : cursor.last();
}

/// The lines of a block from a number on, `limit` at most.
void read_block(const lmdb::Cursor& cursor, LineNumber from, std::size_t limit,
                std::vector<StatementLine>& lines) {
  Reader reader(cursor.value());
  const std::uint32_t count = reader.array("statement lines");
  LineNumber at(read_big_endian(cursor.key()));
  for (std::uint32_t i = 0; i < count && lines.size() < limit && reader.ok(); ++i, at = at.next()) {
    if (at < from) {
      reader.skip("statement line");
      continue;
    }
    lines.push_back(decode_line(reader));
    if (reader.ok() && lines.back().number != at) {
      reader.fail(Code::malformed, "a line is not where its number says");
    }
  }
  if (!reader.ok()) {
    refuse_row("statements", reader.problem());
  }
}

}  // namespace

LmdbAccountingStore::LmdbAccountingStore(const std::filesystem::path& directory,
                                         const lmdb::EnvOptions& options)
    : env_(directory, options, [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        positions_ = env.table("positions");
        accounts_ = env.table("accounts");
        daily_ = env.table("daily");
        lines_ = env.table("lines");
        check_format(env, meta_, "accounting", kFormat);
      }) {}

std::vector<Position> LmdbAccountingStore::positions() const {
  return read_all(*env_.use(), positions_, decode_position, "positions");
}

std::optional<Account> LmdbAccountingStore::account(const WalletId& wallet) const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  const auto found = txn.get(accounts_, wallet.view());
  return found ? std::optional(unpacked(*found, decode_account, "accounts")) : std::nullopt;
}

std::optional<DailyTotal> LmdbAccountingStore::daily_total(const DailyKey& key) const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  const auto found = txn.get(daily_, daily_key(key));
  return found ? std::optional(unpacked(*found, decode_daily_total, "daily totals")) : std::nullopt;
}

Page<Account> LmdbAccountingStore::accounts(std::string_view after, std::size_t limit) const {
  return read_page(*env_.use(), accounts_, after, limit, decode_account, "accounts",
                   [](const Account&) { return true; });
}

std::vector<DailyTotal> LmdbAccountingStore::daily_totals() const {
  return read_all(*env_.use(), daily_, decode_daily_total, "daily totals");
}

LineNumber LmdbAccountingStore::last_line() const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, lines_);
  if (!cursor.last()) {
    return {};
  }
  Reader reader(cursor.value());
  const std::uint32_t count = reader.array("statement lines");
  if (!reader.ok() || count == 0) {
    refuse_row("statements", {Code::malformed, "a block without lines"});
  }
  return LineNumber(read_big_endian(cursor.key()) + count - 1);
}

std::optional<StatementLine> LmdbAccountingStore::line(LineNumber number) const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, lines_);
  std::vector<StatementLine> found;
  if (number.value() != 0 && find_block(cursor, number)) {
    read_block(cursor, number, 1, found);
  }
  return found.empty() ? std::nullopt : std::optional(found.front());
}

Page<StatementLine> LmdbAccountingStore::lines(LineNumber after, std::size_t limit) const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, lines_);
  Page<StatementLine> page;
  // One more than wanted tells whether more follow.
  for (bool found = find_block(cursor, after.next()) || cursor.first(); found && page.rows.size() <= limit;
       found = cursor.next()) {
    read_block(cursor, after.next(), limit + 1, page.rows);
  }
  page.more = page.rows.size() > limit;
  page.rows.resize(std::min(page.rows.size(), limit));
  return page;
}

void LmdbAccountingStore::commit(const AccountingCommit& commit) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  append_lines(txn, lines_, commit.lines);
  for (const Account& account : commit.accounts) {
    txn.put(accounts_, account.wallet.view(), packed(account, encode_account));
  }
  for (const DailyTotal& total : commit.totals) {
    txn.put(daily_, daily_key(total.key), packed(total, encode_daily_total));
  }
  for (const Position& position : commit.positions) {
    txn.put(positions_, big_endian(position.shard.value()), packed(position, encode_position));
  }
  std::move(txn).commit();
}

}  // namespace florin
