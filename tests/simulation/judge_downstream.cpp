// The judge's part for what is derived from the journals: accounting, dead letters, and the stores at the
// end.

#include <fmt/format.h>

#include "tests/simulation/consumer_disks.hpp"
#include "tests/simulation/judge.hpp"
#include "tests/simulation/shard_disk.hpp"

namespace florin::sim {

bool Judge::position_fits(const Position& position, const char* who) {
  const Shard& shard = shards_[position.shard.value()];
  const std::uint64_t ordinal = position.ordinal.value();
  const bool fits = ordinal >= 1 && ordinal <= shard.records.size() &&
                    read_record(shard.records[ordinal - 1], HashCheck::skip)->hash == position.hash;
  if (!fits) {
    violated(fmt::format("{} stands at record {} of shard {}, which is not the journal's", who, ordinal,
                         position.shard.value()));
  }
  return fits;
}

void Judge::accounting_is_durable(const AccountingCommit& commit) {
  for (const Position& position : commit.positions) {
    if (!position_fits(position, "accounting")) {
      return;
    }
    Shard& shard = shards_[position.shard.value()];
    if (position.ordinal < shard.accounted) {
      violated(fmt::format("accounting goes back to record {} of shard {}", position.ordinal.value(),
                           position.shard.value()));
    }
    shard.accounted = position.ordinal;
  }
  for (const StatementLine& line : commit.lines) {
    check_line(line);
  }
  for (const Account& account : commit.accounts) {
    check_account(account);
  }
}

/// Each line is its wallet's next one, shows that entry, and is numbered without a hole.
void Judge::check_line(const StatementLine& line) {
  const auto found = wallets_.find(line.wallet.view());
  if (line.number.value() != ++lines_ || found == wallets_.end() ||
      found->second.lines.size() >= found->second.on_statement.size()) {
    return violated(fmt::format("statement line {} of wallet {} is of no entry", line.number.value(),
                                line.wallet.view()));
  }
  Wallet& wallet = found->second;
  const std::uint64_t version = wallet.on_statement[wallet.lines.size()];
  const Place& place = wallet.entries[version - 1];
  const Entry& entry = *find(place.shard, SequenceNumber(place.sequence));
  const Command& command = entry.command;
  const bool shows = line.shard == place.shard && line.sequence.value() == place.sequence &&
                     line.decided == entry.decided && line.kind == command.kind && line.id == command.id &&
                     line.amount == command.amount && line.currency == command.currency &&
                     line.balance.value() == wallet.accounts[version].balance &&
                     line.external == entry.external && line.unapplied == entry.unapplied &&
                     line.overdrawn == entry.overdrawn && line.reference == command.reference &&
                     line.effective_date == command.effective_date;
  const std::uint64_t previous = wallet.lines.empty() ? 0 : wallet.lines.back();
  if (!shows || line.previous.value() != previous) {
    violated(fmt::format("statement line {} of wallet {} does not show entry {} of shard {}",
                         line.number.value(), line.wallet.view(), place.sequence, place.shard.value()));
  }
  wallet.lines.push_back(line.number.value());
}

void Judge::check_account(const Account& account) {
  const auto found = wallets_.find(account.wallet.view());
  const std::uint64_t version = account.version.value();
  if (found == wallets_.end() || version >= found->second.accounts.size() || version == 0) {
    return violated(fmt::format("accounting has wallet {} at version {}, which the journal has not",
                                account.wallet.view(), version));
  }
  const Wallet& wallet = found->second;
  const ModelAccount& model = wallet.accounts[version];
  if (account.balance.value() != model.balance || account.credited != model.credited ||
      account.debited != model.debited || account.completed != model.completed) {
    violated(fmt::format("accounting has {} for wallet {} at version {}; the journal says {}",
                         account.balance.value(), account.wallet.view(), version, model.balance));
  }
  if (account.last_line.value() != (wallet.lines.empty() ? 0 : wallet.lines.back())) {
    violated(fmt::format("the account of wallet {} does not lead to its last line", account.wallet.view()));
  }
  // The position covers the entry that made this version, and no later one of this wallet.
  const Place& place = wallet.entries[version - 1];
  const Shard& shard = shards_[place.shard.value()];
  const std::uint64_t reached =
      shard.accounted.value() == 0 ? 0 : shard.last_of_record[shard.accounted.value() - 1];
  const bool next_is_behind = version == wallet.entries.size() || wallet.entries[version].sequence > reached;
  if (place.sequence > reached || !next_is_behind) {
    violated(fmt::format("accounting has wallet {} at version {}, which does not fit its position",
                         account.wallet.view(), version));
  }
}

void Judge::letters_are_durable(std::span<const SinkPosition> positions, std::span<const Letter> letters) {
  for (const Letter& letter : letters) {
    if (letter.number.value() != ++letters_) {
      return violated(fmt::format("dead letter {} has number {}", letters_, letter.number.value()));
    }
    if (!letter.entry || letter.entry->shard.value() >= shards_.size()) {
      return violated(fmt::format("dead letter {} holds no entry", letters_));
    }
    Shard& shard = shards_[letter.entry->shard.value()];
    if (shard.letters >= shard.failures.size()) {
      return violated(fmt::format("dead letter {} is of no failure", letters_));
    }
    const Entry& expected = shard.entries[shard.failures[shard.letters++] - 1];
    if (letter.entry->entry != expected) {
      violated(fmt::format("dead letter {} is not the next failure of its shard", letters_));
    }
  }
  for (const auto& [position, failure] : positions) {
    if (!position_fits(position, "the dead-letter sink")) {
      return;
    }
    Shard& shard = shards_[position.shard.value()];
    if (position.ordinal < shard.lettered) {
      violated("the dead-letter sink goes back");
    }
    shard.lettered = position.ordinal;
    const std::uint64_t reached = shard.last_of_record[position.ordinal.value() - 1];
    const bool missing = shard.letters < shard.failures.size() && shard.failures[shard.letters] <= reached;
    const bool ahead = shard.letters > 0 && shard.failures[shard.letters - 1] > reached;
    if (missing || ahead || failure.value() != shard.letters) {
      violated(fmt::format("the letters of shard {} do not fit the position at record {}",
                           position.shard.value(), position.ordinal.value()));
    }
  }
}

void Judge::refused_letters_are_durable(RefusedSequence position, std::span<const Letter> letters) {
  for (const Letter& letter : letters) {
    if (letter.number.value() != ++letters_ || !letter.refused || refused_letters_ >= refused_.size() ||
        *letter.refused != refused_[refused_letters_]) {
      return violated(
          fmt::format("dead letter {} is not refused message {}", letters_, refused_letters_ + 1));
    }
    ++refused_letters_;
  }
  if (position.value() != refused_letters_) {
    violated("the sink's place in the refused log does not fit its letters");
  }
}

void Judge::refused_are_durable(std::span<const RefusedRecord> records) {
  for (const RefusedRecord& record : records) {
    if (record.sequence.value() != refused_.size() + 1) {
      return violated(
          fmt::format("refused message {} has sequence {}", refused_.size() + 1, record.sequence.value()));
    }
    refused_.push_back(record);
  }
}

void Judge::check_shard(ShardIndex index, const ShardSnapshot& snapshot) {
  const Shard& shard = shards_[index.value()];
  if (snapshot.head().header.ordinal.value() != shard.records.size()) {
    violated(fmt::format("shard {} lost records", index.value()));
  }
  std::set<std::string, std::less<>> wallets;
  for (std::size_t i = 0; i < shard.entries.size(); ++i) {
    const Entry& entry = shard.entries[i];
    wallets.emplace(entry.command.wallet.view());
    if (snapshot.find_id(entry.id_namespace, entry.command.wallet, entry.command.id) !=
        SequenceNumber(i + 1)) {
      violated(fmt::format("shard {} does not remember id {} of wallet {}", index.value(),
                           entry.command.id.view(), entry.command.wallet.view()));
    }
  }
  for (const std::string& wallet : wallets) {
    check_stored_wallet(wallet, snapshot.wallet(WalletId(wallet)));
  }
  const auto page = snapshot.wallets({}, wallets.size() + 1);
  if (page.rows.size() != wallets.size() || page.more) {
    violated(fmt::format("shard {} lists {} wallets of {}", index.value(), page.rows.size(), wallets.size()));
  }
  for (const WalletRow& row : page.rows) {
    check_stored_wallet(row.wallet.view(), row.state);
  }
}

void Judge::check_stored_wallet(std::string_view wallet, const std::optional<WalletState>& state) {
  const auto found = wallets_.find(wallet);
  if (found == wallets_.end() || !state || state->version.value() != found->second.state.version ||
      state->balance.value() != found->second.state.balance) {
    violated(fmt::format("the stored row of wallet {} is not what its journal says", wallet));
  }
}

void Judge::check_accounting(const AccountingDisk& accounting) {
  std::map<DailyKey, DailyTotal> days;
  for (const Shard& shard : shards_) {
    if (shard.accounted.value() != shard.records.size()) {
      violated(fmt::format("accounting stands at record {} of shard {}, which has {}",
                           shard.accounted.value(), shard.last.shard.value(), shard.records.size()));
    }
    for (const Entry& entry : shard.entries) {
      if (entry.outcome == Outcome::success && direction_of(entry.command.kind) != 0) {
        const DailyKey key{day_by_counting(entry.decided), entry.command.currency, entry.command.kind};
        DailyTotal& total = days[key];
        total.key = key;
        ++total.count;
        total.sum += entry.command.amount.value();
      }
    }
  }
  if (accounting.daily != days) {
    violated("the totals of the days are not those of the journals");
  }
  if (accounting.accounts.size() != wallets_.size()) {
    violated(fmt::format("accounting knows {} wallets of {}", accounting.accounts.size(), wallets_.size()));
  }
  for (const auto& [wallet, account] : accounting.accounts) {
    const auto found = wallets_.find(wallet);
    if (found == wallets_.end() || account.version.value() + 1 != found->second.accounts.size() ||
        account.balance.value() != found->second.accounts.back().balance ||
        account.currency.code() != found->second.accounts.back().currency ||
        found->second.lines.size() != found->second.on_statement.size()) {
      violated(fmt::format("the account of wallet {} is not what the journal says", wallet));
    }
  }
}

void Judge::check_letters(const DeadLetterDisk& sink, const RouterDisk& router) {
  for (const Shard& shard : shards_) {
    if (shard.letters != shard.failures.size()) {
      violated(fmt::format("the sink has {} letters of shard {}, which has {} failures", shard.letters,
                           shard.last.shard.value(), shard.failures.size()));
    }
  }
  if (sink.letters.size() != letters_ || refused_letters_ != router.refused.size()) {
    violated(fmt::format("the sink has {} refused messages of {}", refused_letters_, router.refused.size()));
  }
}

}  // namespace florin::sim
