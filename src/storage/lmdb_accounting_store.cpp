#include "storage/lmdb_accounting_store.hpp"

#include <algorithm>
#include <mutex>

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

std::string pack_images(std::span<const Account> accounts) {
  Writer images;
  images.array(accounts.size());
  for (const Account& account : accounts) {
    encode_account(images, account);
  }
  return std::move(images).take();
}

std::vector<Account> unpack_images(std::string_view bytes) {
  std::vector<Account> accounts;
  Reader reader(bytes);
  const std::uint32_t count = reader.array("images of accounts");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    accounts.push_back(decode_account(reader));
  }
  reader.finish();
  if (!reader.ok()) {
    refuse_row("images of accounts", reader.problem());
  }
  return accounts;
}

/// Deletes the images of commits before `first`.
void delete_images(lmdb::WriteTxn& txn, lmdb::Table table, std::uint64_t first) {
  for (;;) {
    std::string key;
    {
      lmdb::Cursor cursor(txn, table);
      if (!cursor.first() || read_big_endian(cursor.key()) >= first) {
        return;
      }
      key = cursor.key();
    }
    txn.remove(table, key);
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
                                         const lmdb::EnvOptions& options, const DirtyAccounts::Limits& limits)
    : dirty_(limits), env_(directory, options, [this](lmdb::Env& env) { opened(env); }) {}

void LmdbAccountingStore::opened(lmdb::Env& env) {
  meta_ = env.table("meta");
  positions_ = env.table("positions");
  accounts_ = env.table("accounts");
  daily_ = env.table("daily");
  lines_ = env.table("lines");
  images_ = env.table("images");
  check_format(env, meta_, "accounting", kFormat);
  dirty_.clear();
  const lmdb::ReadTxn txn(env);
  lmdb::Cursor cursor(txn, images_);
  for (bool found = cursor.first(); found; found = cursor.next()) {
    dirty_.recover(read_big_endian(cursor.key()), unpack_images(cursor.value()));
  }
}

void LmdbAccountingStore::reopen() {
  env_.reopen();  // alone: whoever reads rows uses the environment
}

std::vector<Position> LmdbAccountingStore::positions() const {
  const auto env = env_.use();
  return read_all(*env, positions_, decode_position, "positions");
}

std::optional<Account> LmdbAccountingStore::account(const WalletId& wallet) const {
  const auto env = env_.use();
  const std::shared_lock guard(rows_mutex_);
  if (const Account* row = dirty_.find(wallet)) {
    return *row;
  }
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
  const auto env = env_.use();
  const std::shared_lock guard(rows_mutex_);
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, accounts_);
  bool stored = cursor.seek_after(after);
  const DirtyAccounts::Wallets& wallets = dirty_.wallets();
  auto dirty = wallets.upper_bound(WalletId(after.substr(0, kNameMax)));
  Page<Account> page;
  while (stored || dirty != wallets.end()) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    const bool take_dirty = dirty != wallets.end() && (!stored || dirty->view() <= cursor.key());
    if (!take_dirty) {
      page.rows.push_back(unpacked(cursor.value(), decode_account, "accounts"));
      stored = cursor.next();
      continue;
    }
    page.rows.push_back(*dirty_.find(*dirty));
    if (stored && cursor.key() == dirty->view()) {
      stored = cursor.next();  // the same account as it was before
    }
    ++dirty;
  }
  return page;
}

std::vector<DailyTotal> LmdbAccountingStore::daily_totals() const {
  const auto env = env_.use();
  return read_all(*env, daily_, decode_daily_total, "daily totals");
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
  const DirtyAccounts::Slice slice = dirty_.next_slice(commit.accounts);
  if (slice.keeps_images) {
    txn.append(images_, big_endian(slice.commit), pack_images(commit.accounts));
  }
  delete_images(txn, images_, slice.images_from);
  for (const Account& account : slice.rows) {
    txn.put(accounts_, account.wallet.view(), packed(account, encode_account));
  }
  for (const DailyTotal& total : commit.totals) {
    txn.put(daily_, daily_key(total.key), packed(total, encode_daily_total));
  }
  for (const Position& position : commit.positions) {
    txn.put(positions_, big_endian(position.shard.value()), packed(position, encode_position));
  }
  const std::unique_lock alone(rows_mutex_);
  std::move(txn).commit();
  dirty_.committed(slice, commit.accounts);
}

}  // namespace florin
