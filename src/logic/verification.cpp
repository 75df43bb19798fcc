#include "logic/verification.hpp"

#include <fmt/format.h>

#include <optional>

#include "logic/shard_verification.hpp"
#include "protocol/reader.hpp"
#include "storage/fault.hpp"

namespace florin {

namespace {

constexpr std::size_t kListedMax = 100;
constexpr std::uint64_t kConsumerPageRows = 1000;
constexpr std::string_view kNoParameters = "\x90";

/// Ordinals by shard; nothing where the consumer cannot be asked.
std::optional<std::map<ShardIndex, BatchOrdinal>> read_positions(const Asker& ask, OwnerRole role,
                                                                 VerificationReport& report) {
  const Owner owner{role, {}};
  const auto payload = ask(owner, QueryKind::positions, kNoParameters);
  if (!payload) {
    report.notes.push_back(fmt::format("{} was not compared: {}", text(owner), payload.error().detail));
    return std::nullopt;
  }
  std::map<ShardIndex, BatchOrdinal> positions;
  Reader reader(*payload);
  const std::uint32_t count = reader.array("positions");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const Position position = decode_position(reader);
    positions[position.shard] = position.ordinal;
  }
  return positions;
}

using DailyTotals = std::map<DailyKey, DailyTotal>;

std::optional<DailyTotals> read_daily_totals(const Asker& ask) {
  const auto payload = ask({OwnerRole::accounting, {}}, QueryKind::daily_totals, kNoParameters);
  if (!payload) {
    return std::nullopt;
  }
  DailyTotals totals;
  Reader reader(*payload);
  const std::uint32_t count = reader.array("daily totals");
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const DailyTotal total = decode_daily_total(reader);
    totals[total.key] = total;
  }
  return reader.ok() ? std::optional(totals) : std::nullopt;
}

/// The daily totals together with the positions they belong to: read between two equal positions.
std::optional<DailyTotals> read_accounting(const Asker& ask, ConsumerBooks& books,
                                           VerificationReport& report) {
  constexpr int kTries = 50;
  std::optional<DailyTotals> daily;
  for (int i = 0; i < kTries; ++i) {
    const auto before = read_positions(ask, OwnerRole::accounting, report);
    if (!before) {
      return std::nullopt;
    }
    daily = read_daily_totals(ask);
    if (daily && read_positions(ask, OwnerRole::accounting, report) == before) {
      books.accounting_at = *before;
      books.has_accounting = true;
      break;
    }
  }
  if (!books.has_accounting) {
    report.notes.emplace_back("accounting was not compared: it did not stand still long enough");
    return std::nullopt;
  }
  std::string last;
  const auto read = read_pages(
      ask, {OwnerRole::accounting, {}}, QueryKind::accounts,
      [&](Writer& writer) { writer.array(2).text(last).uint(kConsumerPageRows); },
      [&](Reader& reader) {
        Account account = decode_account(reader);
        last = account.wallet.view();
        books.accounts[last] = account;
      });
  if (!read) {
    report.add("accounting", fmt::format("its accounts cannot be read: {}", read.error().detail));
    books.has_accounting = false;
    return std::nullopt;
  }
  return daily;
}

/// The lines of all statements. They are read behind the accounts, so each account's last line is among them.
void read_lines(const Asker& ask, ConsumerBooks& books, VerificationReport& report) {
  std::uint64_t last = 0;
  const auto read = read_pages(
      ask, {OwnerRole::accounting, {}}, QueryKind::lines,
      [&](Writer& writer) { writer.array(2).uint(last).uint(kConsumerPageRows); },
      [&](Reader& reader) {
        const StatementLine line = decode_line(reader);
        if (!reader.ok()) {
          return;
        }
        if (line.number.value() != last + 1) {
          report.add("accounting",
                     fmt::format("behind statement line {} comes line {}", last, line.number.value()));
        }
        last = line.number.value();
        if (!books.lines
                 .try_emplace({line.shard.value(), line.sequence.value()},
                              SeenLine{line.number, hash_of(line)})
                 .second) {
          report.add("accounting", fmt::format("statement line {} shows entry {} of shard {} again", last,
                                               line.sequence.value(), line.shard.value()));
        }
      });
  if (!read) {
    report.add("accounting", fmt::format("its statements cannot be read: {}", read.error().detail));
    books.has_accounting = false;
  }
}

void report_left_over_lines(const ConsumerBooks& books, VerificationReport& report) {
  for (const auto& [key, line] : books.lines) {
    report.add("accounting", fmt::format("statement line {} is of entry {} of shard {}, which is none that "
                                         "moved money",
                                         line.number.value(), key.second, key.first));
  }
}

using RefusedLetters = std::map<std::uint64_t, RefusedRecord>;

RefusedLetters read_letters(const Asker& ask, ConsumerBooks& books, VerificationReport& report) {
  RefusedLetters refused;
  const auto positions = read_positions(ask, OwnerRole::dead_letter, report);
  if (!positions) {
    return refused;
  }
  books.letters_at = *positions;
  books.has_letters = true;
  std::uint64_t last = 0;
  const auto read = read_pages(
      ask, {OwnerRole::dead_letter, {}}, QueryKind::letters,
      [&](Writer& writer) { writer.array(5).uint(last).uint(kConsumerPageRows).boolean(false).nil().nil(); },
      [&](Reader& reader) {
        Letter letter = decode_letter(reader);
        last = letter.number.value();
        if (letter.refused) {
          refused[letter.refused->sequence.value()] = *letter.refused;
        } else if (letter.entry) {
          const std::pair key{letter.entry->shard.value(), letter.entry->entry.sequence().value()};
          if (!books.letters.emplace(key, std::move(letter)).second) {
            report.add("dead letters",
                       fmt::format("entry {} of shard {} is kept twice", key.second, key.first));
          }
        }
      });
  if (!read) {
    report.add("dead letters", fmt::format("they cannot be read: {}", read.error().detail));
    books.has_letters = false;
  }
  return refused;
}

/// Every refused message is a letter, in order and without a hole.
void compare_refused(const Asker& ask, RefusedLetters letters, VerificationReport& report) {
  const std::uint64_t reached = letters.empty() ? 0 : letters.rbegin()->first;
  std::uint64_t last = 0;
  std::uint64_t not_taken = 0;
  const auto read = read_pages(
      ask, {OwnerRole::router, {}}, QueryKind::refused,
      [&](Writer& writer) { writer.array(2).uint(last).uint(kConsumerPageRows); },
      [&](Reader& reader) {
        const RefusedRecord record = decode_refused(reader);
        last = record.sequence.value();
        const auto found = letters.find(last);
        if (found != letters.end() ? !(found->second == record) : last <= reached) {
          report.add("dead letters", fmt::format("refused message {} is not kept as it was", last));
        }
        not_taken += last > reached ? 1 : 0;
        if (found != letters.end()) {
          ++report.letters;
          letters.erase(found);
        }
      });
  if (!read) {
    report.notes.push_back(fmt::format("the refused log was not compared: {}", read.error().detail));
    return;
  }
  if (not_taken > 0) {
    report.notes.push_back(
        fmt::format("the dead-letter sink is {} refused messages behind the router", not_taken));
  }
  for (const auto& [sequence, record] : letters) {
    report.add("dead letters", fmt::format("refused message {} is kept but was never refused", sequence));
  }
}

void note_lag(const Asker& ask, std::uint16_t shards, const ConsumerBooks& books,
              VerificationReport& report) {
  const auto compare = [&](bool compared, const std::map<ShardIndex, BatchOrdinal>& reached,
                           std::string_view who) {
    for (std::uint16_t i = 0; compared && i < shards; ++i) {
      const auto payload = ask({OwnerRole::shard, ShardIndex(i)}, QueryKind::head, kNoParameters);
      if (!payload) {
        continue;
      }
      Reader reader(*payload);
      const std::uint64_t head = decode_position(reader).ordinal.value();
      const auto found = reached.find(ShardIndex(i));
      const std::uint64_t at = found == reached.end() ? 0 : found->second.value();
      if (reader.ok() && at < head) {
        report.notes.push_back(fmt::format("{} is {} records behind shard {}", who, head - at, i));
      }
    }
  };
  compare(books.has_accounting, books.accounting_at, "accounting");
  compare(books.has_letters, books.letters_at, "the dead-letter sink");
}

/// Without a shard's journal nothing can be said of the books: that is a fault, not a discrepancy.
Asker insisting_on_shards(const Asker& ask) {
  return [&ask](const Owner& owner, QueryKind kind, std::string_view parameters) {
    auto answer = ask(owner, kind, parameters);
    if (!answer && owner.role == OwnerRole::shard && answer.error().code == Code::overloaded) {
      throw StoreFault(FaultKind::unknown_outcome,
                       fmt::format("{} cannot be verified: {}", text(owner), answer.error().detail));
    }
    return answer;
  };
}

}  // namespace

std::string text(const Owner& owner) {
  switch (owner.role) {
    case OwnerRole::shard: return fmt::format("shard {}", owner.shard.value());
    case OwnerRole::router: return "the router";
    case OwnerRole::accounting: return "accounting";
    case OwnerRole::dead_letter: return "the dead-letter sink";
  }
  return {};
}

void VerificationReport::add(std::string where, std::string what) {
  ++discrepancies;
  if (listed.size() < kListedMax) {
    listed.push_back({std::move(where), std::move(what)});
  }
}

VerificationReport verify_books(const Asker& ask_anybody, std::uint16_t shards, const Progress& progress) {
  const Asker ask = insisting_on_shards(ask_anybody);
  VerificationReport report;
  ConsumerBooks books;
  const auto daily = read_accounting(ask, books, report);
  if (books.has_accounting) {
    read_lines(ask, books, report);
  }
  RefusedLetters refused = read_letters(ask, books, report);
  note_lag(ask, shards, books, report);
  DailyTotals expected;
  for (std::uint16_t i = 0; i < shards; ++i) {
    ShardVerification shard(ask, ShardIndex(i), books, report);
    shard.run(progress);
    for (const auto& [key, total] : shard.daily()) {
      DailyTotal& sum = expected.try_emplace(key, DailyTotal{key}).first->second;
      sum.count += total.count;
      sum.sum += total.sum;
    }
  }
  if (daily && *daily != expected) {
    report.add("accounting", "its daily totals are not what the journals add up to");
  }
  for (const auto& [wallet, account] : books.accounts) {
    if (account.version != WalletVersion(0)) {
      report.add("accounting", fmt::format("it shows wallet {} at version {}, which no journal made", wallet,
                                           account.version.value()));
    }
  }
  if (books.has_accounting) {
    report_left_over_lines(books, report);
  }
  for (const auto& [key, letter] : books.letters) {
    report.add("dead letters",
               fmt::format("letter {} is of an entry that no journal holds", letter.number.value()));
  }
  if (books.has_letters) {
    compare_refused(ask, std::move(refused), report);
  }
  for (const auto& [currency, sum] : report.totals.imbalance()) {
    if (sum != 0) {
      report.add("all shards", fmt::format("{} does not add up to zero: {}", currency.code(), to_text(sum)));
    }
  }
  return report;
}

}  // namespace florin
