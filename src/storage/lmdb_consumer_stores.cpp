#include "storage/lmdb_consumer_stores.hpp"

#include "base/text.hpp"
#include "storage/lmdb_rows.hpp"

namespace florin {

namespace {

constexpr std::string_view kSinkFormat = "2";
constexpr std::string_view kRouterFormat = "1";
constexpr std::string_view kRefusedKey = "refused";
constexpr std::string_view kIncarnationKey = "incarnation";

/// Adds to the number of letters of a class.
void add_to_class(lmdb::WriteTxn& txn, lmdb::Table table, LetterClass letter_class, std::int64_t more) {
  const std::string key = big_endian(static_cast<std::uint64_t>(letter_class));
  txn.put(table, key, big_endian(number_or_zero(txn.get(table, key)) + static_cast<std::uint64_t>(more)));
}

}  // namespace

bool LetterFilter::admits(const Letter& letter) const {
  if (only_needing_action && !letter.needs_somebody()) {
    return false;
  }
  if (letter_class && *letter_class != letter.letter_class) {
    return false;
  }
  if ((handled && *handled != letter.is_handled()) || (reason && *reason != letter.code())) {
    return false;
  }
  if (shard && !(letter.entry && letter.entry->shard == *shard)) {
    return false;
  }
  return !wallet || (letter.entry && letter.entry->entry.command.wallet == *wallet);
}

LmdbDeadLetterStore::LmdbDeadLetterStore(const std::filesystem::path& directory,
                                         const lmdb::EnvOptions& options)
    : env_(directory, options, [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        positions_ = env.table("positions");
        letters_ = env.table("letters");
        counts_ = env.table("counts");
        handled_ = env.table("handled");
        check_format(env, meta_, "the dead-letter sink", kSinkFormat);
      }) {}

std::vector<SinkPosition> LmdbDeadLetterStore::positions() const {
  const auto env = env_.use();
  return read_all(*env, positions_, decode_sink_position, "positions");
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
  const auto env = env_.use();
  return read_page(*env, letters_, big_endian(after.value()), limit, decode_letter, "letters",
                   [&](const Letter& letter) { return filter.admits(letter); });
}

std::vector<std::uint64_t> LmdbDeadLetterStore::by_class(const lmdb::Table& table) const {
  const auto env = env_.use();  // before the handle is read
  const lmdb::ReadTxn txn(*env);
  std::vector<std::uint64_t> counts;
  for (std::size_t i = 0; i < kLetterClasses; ++i) {
    counts.push_back(number_or_zero(txn.get(table, big_endian(i))));
  }
  return counts;
}

std::vector<std::uint64_t> LmdbDeadLetterStore::counts() const {
  return by_class(counts_);
}

std::vector<std::uint64_t> LmdbDeadLetterStore::handled_counts() const {
  return by_class(handled_);
}

void LmdbDeadLetterStore::put_letters(lmdb::WriteTxn& txn, std::span<const Letter> letters) {
  for (const Letter& letter : letters) {
    txn.append(letters_, big_endian(letter.number.value()), packed(letter, encode_letter));
    add_to_class(txn, counts_, letter.letter_class, 1);
  }
}

void LmdbDeadLetterStore::commit(std::span<const SinkPosition> positions, std::span<const Letter> letters) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  put_letters(txn, letters);
  for (const SinkPosition& position : positions) {
    txn.put(positions_, big_endian(position.position.shard.value()), packed(position, encode_sink_position));
  }
  std::move(txn).commit();
}

void LmdbDeadLetterStore::commit(RefusedSequence position, std::span<const Letter> letters) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  put_letters(txn, letters);
  txn.put(meta_, kRefusedKey, big_endian(position.value()));
  std::move(txn).commit();
}

Result<Letter> LmdbDeadLetterStore::handle(LetterNumber number, const Change& change) {
  const auto env = env_.use();
  lmdb::WriteTxn txn(*env);
  const auto found = txn.get(letters_, big_endian(number.value()));
  if (!found) {
    return problem(Code::not_found, fmt::format("there is no dead letter {}", number.value()));
  }
  const auto before = unpacked(*found, decode_letter, "letters");
  auto after = change(before);
  if (!after || after->handlings == before.handlings) {
    return after;
  }
  txn.put(letters_, big_endian(number.value()), packed(*after, encode_letter));
  if (const int more = int{after->is_handled()} - int{before.is_handled()}; more != 0) {
    add_to_class(txn, handled_, after->letter_class, more);
  }
  std::move(txn).commit();
  return after;
}

LmdbRefusedLog::LmdbRefusedLog(const std::filesystem::path& directory, const lmdb::EnvOptions& options)
    : env_(directory, options, [this](lmdb::Env& env) {
        meta_ = env.table("meta");
        refused_ = env.table("refused");
        check_format(env, meta_, "the router", kRouterFormat);
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
  const auto env = env_.use();
  return read_page(*env, refused_, big_endian(sequence.value()), limit, decode_refused, "the refused log",
                   [](const RefusedRecord&) { return true; });
}

}  // namespace florin
