#include "tests/simulation/consumer_disks.hpp"

#include <algorithm>

#include "tests/simulation/judge.hpp"

namespace florin::sim {

namespace {

template <class Place>
std::vector<Place> values_of(const std::map<ShardIndex, Place>& positions) {
  std::vector<Place> values;
  for (const auto& [shard, position] : positions) {
    values.push_back(position);
  }
  return values;
}

}  // namespace

std::vector<Position> SimAccountingStore::positions() const {
  open_.check_open();
  return values_of(disk_.positions);
}

std::optional<Account> SimAccountingStore::account(const WalletId& wallet) const {
  open_.check_open();
  const auto found = disk_.accounts.find(wallet.view());
  return found == disk_.accounts.end() ? std::nullopt : std::optional(found->second);
}

std::optional<DailyTotal> SimAccountingStore::daily_total(const DailyKey& key) const {
  open_.check_open();
  const auto found = disk_.daily.find(key);
  return found == disk_.daily.end() ? std::nullopt : std::optional(found->second);
}

Page<Account> SimAccountingStore::accounts(std::string_view after, std::size_t limit) const {
  Page<Account> page;
  auto row = disk_.accounts.upper_bound(after);
  for (; row != disk_.accounts.end() && page.rows.size() < limit; ++row) {
    page.rows.push_back(row->second);
  }
  page.more = row != disk_.accounts.end();
  return page;
}

std::vector<DailyTotal> SimAccountingStore::daily_totals() const {
  std::vector<DailyTotal> totals;
  for (const auto& [key, total] : disk_.daily) {
    totals.push_back(total);
  }
  return totals;
}

LineNumber SimAccountingStore::last_line() const {
  open_.check_open();
  return LineNumber(disk_.lines.size());
}

std::optional<StatementLine> SimAccountingStore::line(LineNumber number) const {
  const bool there = number.value() >= 1 && number.value() <= disk_.lines.size();
  return there ? std::optional(disk_.lines[number.value() - 1]) : std::nullopt;
}

Page<StatementLine> SimAccountingStore::lines(LineNumber after, std::size_t limit) const {
  Page<StatementLine> page;
  for (std::size_t i = after.value(); i < disk_.lines.size(); ++i) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    page.rows.push_back(disk_.lines[i]);
  }
  return page;
}

void SimAccountingStore::commit(const AccountingCommit& commit) {
  open_.commit([&] {
    for (const Position& position : commit.positions) {
      disk_.positions[position.shard] = position;
    }
    for (const Account& account : commit.accounts) {
      disk_.accounts.insert_or_assign(std::string(account.wallet.view()), account);
    }
    for (const DailyTotal& total : commit.totals) {
      disk_.daily[total.key] = total;
    }
    disk_.lines.insert(disk_.lines.end(), commit.lines.begin(), commit.lines.end());
    judge_.accounting_is_durable(commit);
  });
}

std::vector<SinkPosition> SimDeadLetterStore::positions() const {
  open_.check_open();
  return values_of(disk_.positions);
}

RefusedSequence SimDeadLetterStore::refused_position() const {
  open_.check_open();
  return disk_.refused_position;
}

LetterNumber SimDeadLetterStore::last_number() const {
  open_.check_open();
  return LetterNumber(disk_.letters.size());
}

std::optional<Letter> SimDeadLetterStore::letter(LetterNumber number) const {
  const bool there = number.value() >= 1 && number.value() <= disk_.letters.size();
  return there ? std::optional(disk_.letters[number.value() - 1]) : std::nullopt;
}

Page<Letter> SimDeadLetterStore::letters(LetterNumber after, std::size_t limit,
                                         const LetterFilter& filter) const {
  Page<Letter> page;
  for (std::size_t i = after.value(); i < disk_.letters.size(); ++i) {
    if (filter.admits(disk_.letters[i])) {
      if (page.rows.size() == limit) {
        page.more = true;
        break;
      }
      page.rows.push_back(disk_.letters[i]);
    }
  }
  return page;
}

std::vector<std::uint64_t> SimDeadLetterStore::counts() const {
  std::vector<std::uint64_t> counts(5);
  for (const Letter& letter : disk_.letters) {
    ++counts[static_cast<std::size_t>(letter.letter_class)];
  }
  return counts;
}

std::vector<std::uint64_t> SimDeadLetterStore::handled_counts() const {
  std::vector<std::uint64_t> counts(kLetterClasses);
  for (const Letter& letter : disk_.letters) {
    counts[static_cast<std::size_t>(letter.letter_class)] += letter.is_handled() ? 1 : 0;
  }
  return counts;
}

Result<Letter> SimDeadLetterStore::handle(LetterNumber number, const Change& change) {
  const auto before = letter(number);
  if (!before) {
    return problem(Code::not_found, "there is no such letter");
  }
  auto after = change(*before);
  if (after) {
    open_.commit([&] { disk_.letters[number.value() - 1] = *after; });
  }
  return after;
}

void SimDeadLetterStore::commit(std::span<const SinkPosition> positions, std::span<const Letter> letters) {
  open_.commit([&] {
    for (const SinkPosition& position : positions) {
      disk_.positions[position.position.shard] = position;
    }
    disk_.letters.insert(disk_.letters.end(), letters.begin(), letters.end());
    judge_.letters_are_durable(positions, letters);
  });
}

void SimDeadLetterStore::commit(RefusedSequence position, std::span<const Letter> letters) {
  open_.commit([&] {
    disk_.refused_position = position;
    disk_.letters.insert(disk_.letters.end(), letters.begin(), letters.end());
    judge_.refused_letters_are_durable(position, letters);
  });
}

std::vector<InboxRow> SimInboxStore::read(ShardIndex shard, InboxPosition from, std::size_t bytes_max) {
  open_.check_open();
  std::vector<InboxRow> rows;
  std::size_t bytes = 0;
  for (auto row = disk_.inbox.lower_bound({shard, from});
       row != disk_.inbox.end() && row->first.first == shard && (rows.empty() || bytes < bytes_max); ++row) {
    rows.push_back({{shard, row->first.second}, row->second});
    bytes += row->second.size();
  }
  return rows;
}

void SimInboxStore::commit(std::span<const InboxRow> added, std::span<const InboxKey> removed) {
  open_.commit([&] {
    for (const InboxKey& key : removed) {
      disk_.inbox.erase({key.shard, key.first});
    }
    for (const InboxRow& row : added) {
      disk_.inbox[{row.key.shard, row.key.first}] = row.chunk;
    }
  });
}

void SimRefusedLog::append(std::span<RefusedRecord> records) {
  RefusedSequence sequence = last();
  for (RefusedRecord& record : records) {
    sequence = sequence.next();
    record.sequence = sequence;
  }
  open_.commit([&] {
    disk_.refused.insert(disk_.refused.end(), records.begin(), records.end());
    judge_.refused_are_durable(records);
  });
}

Page<RefusedRecord> SimRefusedLog::after(RefusedSequence sequence, std::size_t limit) const {
  Page<RefusedRecord> page;
  for (std::size_t i = sequence.value(); i < disk_.refused.size(); ++i) {
    if (page.rows.size() == limit) {
      page.more = true;
      break;
    }
    page.rows.push_back(disk_.refused[i]);
  }
  return page;
}

}  // namespace florin::sim
