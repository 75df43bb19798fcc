#include "storage/lmdb_consumer_stores.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::string_view kFormatKey = "format";
constexpr std::string_view kFormat = "1";
constexpr std::string_view kRefusedKey = "refused";
constexpr std::string_view kIncarnationKey = "incarnation";
constexpr std::size_t kClasses = 5;

std::string big_endian(std::uint64_t value) {
  std::string key;
  append_big_endian(key, value);
  return key;
}

std::uint64_t number_or_zero(std::optional<std::string_view> bytes) {
  return bytes ? read_big_endian(*bytes) : 0;
}

/// A store of a consumer says which format it has from its first opening on.
void check_format(lmdb::Env& env, lmdb::Table meta, std::string_view what) {
  lmdb::WriteTxn txn(env);
  const auto found = txn.get(meta, kFormatKey);
  if (found && *found != kFormat) {
    refuse_store(
        fmt::format("the store of {} has format `{}`, this version reads `{}`: use the version that wrote "
                    "it, or delete the directory and let it be derived anew",
                    what, escape_bytes(*found), kFormat));
  }
  if (!found) {
    txn.put(meta, kFormatKey, kFormat);
  }
  std::move(txn).commit();
}

template <class Value>
std::string packed(const Value& value, void (*encode)(Writer&, const Value&)) {
  Writer writer;
  encode(writer, value);
  return std::move(writer).take();
}

template <class Value>
Value unpacked(std::string_view bytes, Value (*decode)(Reader&), std::string_view what) {
  Reader reader(bytes);
  Value value = decode(reader);
  reader.finish();
  if (!reader.ok()) {
    refuse_store(fmt::format("a row of {} is damaged ({}): delete the directory and let it be derived anew",
                             what, reader.problem().detail));
  }
  return value;
}

std::vector<Position> read_positions(lmdb::Env& env, lmdb::Table table) {
  std::vector<Position> positions;
  const lmdb::ReadTxn txn(env);
  lmdb::Cursor cursor(txn, table);
  for (bool found = cursor.first(); found; found = cursor.next()) {
    positions.push_back(unpacked(cursor.value(), decode_position, "positions"));
  }
  return positions;
}

void put_positions(lmdb::WriteTxn& txn, lmdb::Table table, std::span<const Position> positions) {
  for (const Position& position : positions) {
    txn.put(table, big_endian(position.shard.value()), packed(position, encode_position));
  }
}

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

std::string daily_key(const DailyKey& key) {
  std::string packed_key = big_endian(key.day);
  return packed_key.append(key.currency.code()).append(1, static_cast<char>(key.kind));
}

}  // namespace

bool LetterFilter::admits(const Letter& letter) const {
  if (only_needing_action && !needs_action(letter.letter_class)) {
    return false;
  }
  if (letter_class && *letter_class != letter.letter_class) {
    return false;
  }
  return !wallet || (letter.entry && letter.entry->entry.command.wallet == *wallet);
}

LmdbAccountingStore::LmdbAccountingStore(const std::filesystem::path& directory,
                                         const lmdb::EnvOptions& options)
    : env_(directory, options, [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        positions_ = env.table("positions");
        accounts_ = env.table("accounts");
        daily_ = env.table("daily");
        check_format(env, meta_, "accounting");
      }) {}

std::vector<Position> LmdbAccountingStore::positions() const {
  return read_positions(*env_.use(), positions_);
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
  std::vector<DailyTotal> totals;
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, daily_);
  for (bool found = cursor.first(); found; found = cursor.next()) {
    totals.push_back(unpacked(cursor.value(), decode_daily_total, "daily totals"));
  }
  return totals;
}

void LmdbAccountingStore::commit(std::span<const Position> positions, std::span<const Account> accounts,
                                 std::span<const DailyTotal> totals) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  for (const Account& account : accounts) {
    txn.put(accounts_, account.wallet.view(), packed(account, encode_account));
  }
  for (const DailyTotal& total : totals) {
    txn.put(daily_, daily_key(total.key), packed(total, encode_daily_total));
  }
  put_positions(txn, positions_, positions);
  std::move(txn).commit();
}

LmdbDeadLetterStore::LmdbDeadLetterStore(const std::filesystem::path& directory,
                                         const lmdb::EnvOptions& options)
    : env_(directory, options, [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        positions_ = env.table("positions");
        letters_ = env.table("letters");
        counts_ = env.table("counts");
        check_format(env, meta_, "the dead-letter sink");
      }) {}

std::vector<Position> LmdbDeadLetterStore::positions() const {
  return read_positions(*env_.use(), positions_);
}

RefusedSequence LmdbDeadLetterStore::refused_position() const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  return RefusedSequence(number_or_zero(txn.get(meta_, kRefusedKey)));
}

LetterNumber LmdbDeadLetterStore::last_number() const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, letters_);
  return LetterNumber(cursor.last() ? read_big_endian(cursor.key()) : 0);
}

std::optional<Letter> LmdbDeadLetterStore::letter(LetterNumber number) const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  const auto found = txn.get(letters_, big_endian(number.value()));
  return found ? std::optional(unpacked(*found, decode_letter, "letters")) : std::nullopt;
}

Page<Letter> LmdbDeadLetterStore::letters(LetterNumber after, std::size_t limit,
                                          const LetterFilter& filter) const {
  return read_page(*env_.use(), letters_, big_endian(after.value()), limit, decode_letter, "letters",
                   [&](const Letter& letter) { return filter.admits(letter); });
}

std::vector<std::uint64_t> LmdbDeadLetterStore::counts() const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < kClasses; ++i) {
    counts.push_back(number_or_zero(txn.get(counts_, big_endian(i))));
  }
  return counts;
}

void LmdbDeadLetterStore::put_letters(lmdb::WriteTxn& txn, std::span<const Letter> letters) {
  for (const Letter& letter : letters) {
    txn.append(letters_, big_endian(letter.number.value()), packed(letter, encode_letter));
    const std::string key = big_endian(static_cast<std::uint64_t>(letter.letter_class));
    txn.put(counts_, key, big_endian(number_or_zero(txn.get(counts_, key)) + 1));
  }
}

void LmdbDeadLetterStore::commit(std::span<const Position> positions, std::span<const Letter> letters) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  put_letters(txn, letters);
  put_positions(txn, positions_, positions);
  std::move(txn).commit();
}

void LmdbDeadLetterStore::commit(RefusedSequence position, std::span<const Letter> letters) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  put_letters(txn, letters);
  txn.put(meta_, kRefusedKey, big_endian(position.value()));
  std::move(txn).commit();
}

LmdbRefusedLog::LmdbRefusedLog(const std::filesystem::path& directory, const lmdb::EnvOptions& options)
    : env_(directory, options, [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        refused_ = env.table("refused");
        check_format(env, meta_, "the router");
      }) {}

Incarnation LmdbRefusedLog::begin_incarnation() {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  const std::uint64_t incarnation = number_or_zero(txn.get(meta_, kIncarnationKey)) + 1;
  txn.put(meta_, kIncarnationKey, big_endian(incarnation));
  std::move(txn).commit();
  return Incarnation(incarnation);
}

RefusedSequence LmdbRefusedLog::last() const {
  const auto env = env_.use();
  const lmdb::ReadTxn txn(*env);
  lmdb::Cursor cursor(txn, refused_);
  return RefusedSequence(cursor.last() ? read_big_endian(cursor.key()) : 0);
}

void LmdbRefusedLog::append(std::span<RefusedRecord> records) {
  RefusedSequence sequence = last();
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  for (RefusedRecord& record : records) {
    sequence = sequence.next();
    record.sequence = sequence;
    txn.append(refused_, big_endian(sequence.value()), packed(record, encode_refused));
  }
  std::move(txn).commit();
}

Page<RefusedRecord> LmdbRefusedLog::after(RefusedSequence sequence, std::size_t limit) const {
  return read_page(*env_.use(), refused_, big_endian(sequence.value()), limit, decode_refused,
                   "the refused log", [](const RefusedRecord&) { return true; });
}

}  // namespace florin
