#include "logic/shard_verification.hpp"

#include <fmt/format.h>

#include "ledger/decide.hpp"
#include "logic/accounting_logic.hpp"
#include "protocol/hash.hpp"
#include "protocol/reader.hpp"

namespace florin {

namespace {

constexpr std::uint64_t kPageRows = 1000;
constexpr std::uint64_t kReplayBytes = std::uint64_t{4} << 20U;

std::string wallet_text(const WalletState& state) {
  return fmt::format("balance {} {}, version {}, {}", state.balance.value(), state.currency.code(),
                     state.version.value(), name(state.status));
}

std::string entry_text(const Entry& entry) {
  return fmt::format("entry {} ({} of wallet {}, id {})", entry.sequence().value(), name(entry.command.kind),
                     entry.command.wallet.view(), entry.command.id.view());
}

}  // namespace

Result<void> read_pages(const Asker& ask, const Owner& owner, QueryKind kind,
                        const std::function<void(Writer&)>& parameters,
                        const std::function<void(Reader&)>& take) {
  for (bool more = true; more;) {
    Writer question;
    parameters(question);
    const auto payload = ask(owner, kind, question.view());
    if (!payload) {
      return tl::make_unexpected(payload.error());
    }
    Reader reader(*payload);
    reader.array_of(2, "page");
    const std::uint32_t count = reader.array("rows");
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
      take(reader);
    }
    more = reader.boolean("more");
    if (!reader.ok()) {
      return tl::make_unexpected(reader.problem());
    }
  }
  return {};
}

Digest hash_of(const StatementLine& line) {
  Writer writer;
  encode_line(writer, line);
  return blake2b(writer.view());
}

ShardVerification::ShardVerification(const Asker& ask, ShardIndex shard, ConsumerBooks& books,
                                     VerificationReport& report)
    : ask_(ask), shard_(shard), books_(books), report_(report) {}

void ShardVerification::differ(std::string what) {
  report_.add(text(Owner{OwnerRole::shard, shard_}), std::move(what));
}

bool ShardVerification::read_head(Position& head) {
  const auto payload = ask_({OwnerRole::shard, shard_}, QueryKind::head, "\x90");
  if (!payload) {
    differ(fmt::format("its head cannot be read: {}", payload.error().detail));
    return false;
  }
  Reader reader(*payload);
  head = decode_position(reader);
  return reader.ok();
}

bool ShardVerification::read_derived() {
  const Owner owner{OwnerRole::shard, shard_};
  if (!read_head(derived_.head)) {
    return false;
  }
  std::string last_wallet;
  const auto read = read_pages(
      ask_, owner, QueryKind::wallets,
      [&](Writer& writer) { writer.array(2).text(last_wallet).uint(kPageRows); },
      [&](Reader& reader) {
        const WalletRow row = decode_wallet_row(reader);
        last_wallet = row.wallet.view();
        derived_.wallets[last_wallet] = row.state;
      });
  const auto totals = ask_(owner, QueryKind::totals, "\x90");
  if (!read || !totals) {
    differ(fmt::format("its tables cannot be read: {}", read ? totals.error().detail : read.error().detail));
    return false;
  }
  Reader reader(*totals);
  reader.array_of(2, "totals");
  derived_.totals_at = SequenceNumber(reader.uint("sequence"));
  derived_.totals = decode_totals(reader);
  return reader.ok();
}

void ShardVerification::run(const Progress& progress) {
  Position end;
  if (!read_derived() || !read_head(end)) {
    return;
  }
  head_ = empty_head(end.lineage, shard_);
  compare_totals();
  walk_to(end.ordinal, progress);
  report_left_over();
  for (const auto& [account, total] : totals_.all()) {
    report_.totals.add(account, total);
  }
}

void ShardVerification::walk_to(BatchOrdinal end, const Progress& progress) {
  while (head_.header.ordinal < end) {
    Writer question;
    question.array(4).nil().uint(head_.header.ordinal.value()).nil().uint(kReplayBytes);
    const auto payload = ask_({OwnerRole::shard, shard_}, QueryKind::replay, question.view());
    if (!payload) {
      differ(fmt::format("its journal cannot be read behind record {}: {}", head_.header.ordinal.value(),
                         payload.error().detail));
      return;
    }
    Reader reader(*payload);
    reader.array_of(2, "page");
    const std::uint32_t count = reader.array("records");
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
      if (!take_record(reader.bin("record", kRecordSizeMax))) {
        return;
      }
    }
    if (count == 0 || !reader.ok()) {
      differ(fmt::format("its journal ends at record {} and should go to {}", head_.header.ordinal.value(),
                         end.value()));
      return;
    }
    if (!look_up_ids()) {
      return;
    }
    progress(report_.transactions);
  }
}

bool ShardVerification::take_record(std::string_view bytes) {
  const auto record = read_record(bytes);
  const auto entries =
      record ? record->entries() : Result<std::vector<Entry>>(tl::make_unexpected(record.error()));
  if (!entries) {
    differ(fmt::format("the record behind {} is damaged: {}", head_.header.ordinal.value(),
                       entries.error().detail));
    return false;
  }
  if (const auto link = check_link(head_.header, head_.hash, record->header); !link) {
    differ(fmt::format("the chain is broken: {}", link.error().detail));
    return false;
  }
  for (const Entry& entry : *entries) {
    take_entry(entry, record->header);
  }
  head_ = {record->header, record->hash};
  ++report_.records;
  compare_totals();
  return true;
}

void ShardVerification::take_entry(const Entry& entry, const BatchHeader& header) {
  ++report_.transactions;
  const std::string wallet(entry.command.wallet.view());
  compare_decision(entry, wallets_[wallet]);
  wallets_[wallet] = entry.side().after;  // what is recorded, so that one difference does not breed others
  totals_.apply(entry.postings());
  compare_wallet(entry);
  check_is_new(entry);
  compare_account(entry, header);
  compare_letter(entry, header);
}

void ShardVerification::compare_decision(const Entry& entry, const WalletState& before) {
  // That a worker ended is in no journal: an error is taken as it is, and must not have changed anything.
  const bool is_error = entry.outcome == Outcome::error;
  const Decision decision = is_error ? set_aside(entry.command, before) : decide(entry.command, before);
  Side side{entry.command.wallet, before.stands_at, decision.after};
  side.after.version = before.version.next();
  side.after.stands_at = entry.sequence();
  Entry expected = make_entry(entry.command, entry.provenance, entry.decided, decision, side);
  expected.attempt = entry.attempt;
  if (!(expected == entry)) {
    differ(fmt::format("{} was recorded as {} {} ({}), the ledger decides {} {} ({})", entry_text(entry),
                       name(entry.outcome), name(entry.reason), wallet_text(entry.side().after),
                       name(expected.outcome), name(expected.reason), wallet_text(expected.side().after)));
  }
}

void ShardVerification::compare_wallet(const Entry& entry) {
  const auto found = derived_.wallets.find(std::string(entry.command.wallet.view()));
  if (found == derived_.wallets.end()) {
    if (entry.sequence() <= derived_.head.sequence) {
      differ(fmt::format("wallet {} is missing in the table of wallets", entry.command.wallet.view()));
    }
    return;
  }
  const WalletState& after = entry.side().after;
  if (found->second.version != after.version) {
    // The row was read behind the head, so it holds at least every entry up to there. One that was compared
    // before has version 0.
    const bool is_behind = found->second.version < after.version;
    if (is_behind && entry.sequence() <= derived_.head.sequence &&
        wallets_behind_.insert(found->first).second) {
      differ(fmt::format("wallet {} is stored as it was before {}", found->first, entry_text(entry)));
    }
    return;
  }
  if (!(found->second == after)) {
    differ(fmt::format("wallet {} is stored with {}, the journal says {}", entry.command.wallet.view(),
                       wallet_text(found->second), wallet_text(after)));
  }
  found->second.version = WalletVersion(0);  // compared; no entry makes a version 0
  ++report_.wallets;
}

void ShardVerification::check_is_new(const Entry& entry) {
  const std::string key = id_key(entry.id_namespace, entry.command.wallet, entry.command.id);
  const auto [first, inserted] = ids_.try_emplace(key, entry.sequence());
  const auto failed = failed_.find(key);
  if (!inserted) {
    const bool is_redrive = failed != failed_.end() && failed->second.sequence == first->second &&
                            entry.attempt == failed->second.attempt + 1;
    if (!is_redrive) {
      differ(fmt::format("{} repeats the id of entry {}", entry_text(entry), first->second.value()));
    }
    first->second = entry.sequence();
  } else if (entry.attempt != 1) {
    differ(
        fmt::format("{} is attempt {} of an id that no entry before has", entry_text(entry), entry.attempt));
  }
  if (entry.outcome == Outcome::error) {
    failed_[key] = {entry.sequence(), entry.attempt};
  }
}

/// Asks for where the index finds each id of the entries that were taken and not yet looked up.
bool ShardVerification::look_up_ids() {
  while (looked_up_ < head_.header.last_sequence) {
    const SequenceNumber before = looked_up_;
    const auto payload = ask_({OwnerRole::shard, shard_}, QueryKind::ids,
                              Writer().array(2).uint(looked_up_.value()).uint(kPageRows).view());
    Reader reader(payload ? std::string_view(*payload) : std::string_view());
    reader.array_of(2, "page");
    const std::uint32_t count = reader.array("rows");
    for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
      compare_id(decode_id_row(reader));
    }
    if (!payload || !reader.ok() || looked_up_ == before) {
      differ(fmt::format("its index of ids cannot be read behind entry {}: {}", before.value(),
                         payload ? "the answer ends early" : payload.error().detail));
      return false;
    }
  }
  return true;
}

void ShardVerification::compare_id(const IdRow& row) {
  looked_up_ = looked_up_.next();
  // Of an id that was redriven the index finds the newest entry, perhaps of a record behind this page.
  const auto failed = failed_.find(id_key(row.id_namespace, row.wallet, row.id));
  const bool was_redriven = failed != failed_.end() && looked_up_ <= failed->second.sequence;
  if (row.sequence == looked_up_ || (was_redriven && row.sequence > looked_up_)) {
    return;
  }
  const std::string id =
      fmt::format("entry {} (id {} of wallet {})", looked_up_.value(), row.id.view(), row.wallet.view());
  differ(row.sequence == SequenceNumber(0)
             ? fmt::format("the index of ids does not find {}", id)
             : fmt::format("the index of ids finds {} at {}", id, row.sequence.value()));
}

bool ShardVerification::within(const std::map<ShardIndex, BatchOrdinal>& reached,
                               const BatchHeader& header) const {
  const auto found = reached.find(shard_);
  return found != reached.end() && header.ordinal <= found->second;
}

void ShardVerification::compare_account(const Entry& entry, const BatchHeader& header) {
  if (!books_.has_accounting) {
    return;
  }
  const std::string wallet(entry.command.wallet.view());
  Account& expected = accounts_[wallet];
  expected.wallet = entry.command.wallet;
  apply_to_account(expected, entry);
  if (is_on_statement(entry)) {
    compare_line(entry, header, expected);
  }
  const bool seen = within(books_.accounting_at, header);
  if (seen && is_on_statement(entry)) {
    const DailyKey key{utc_day(entry.decided), entry.command.currency, entry.command.kind};
    DailyTotal& total = daily_.try_emplace(key, DailyTotal{key}).first->second;
    ++total.count;
    total.sum += entry.command.amount.value();
  }
  const auto found = books_.accounts.find(wallet);
  if (found == books_.accounts.end()) {
    if (seen && expected.version == WalletVersion(1)) {
      differ(fmt::format("accounting has no account of wallet {}", wallet));
    }
    return;
  }
  if (found->second.version == expected.version) {
    if (!(found->second == expected)) {
      differ(fmt::format("accounting shows wallet {} with {} at version {}, the journal says {}", wallet,
                         found->second.balance.value(), expected.version.value(), expected.balance.value()));
    }
    ++report_.accounts;
    found->second.version = WalletVersion(0);  // compared
  } else if (seen && found->second.version < expected.version && accounts_behind_.insert(wallet).second) {
    differ(fmt::format("accounting shows wallet {} as it was before {}", wallet, entry_text(entry)));
  }
}

void ShardVerification::compare_line(const Entry& entry, const BatchHeader& header, Account& expected) {
  const auto found = books_.lines.find({shard_.value(), entry.sequence().value()});
  if (found == books_.lines.end()) {
    if (within(books_.accounting_at, header)) {
      differ(fmt::format("{} is missing on its wallet's statement", entry_text(entry)));
    }
    return;
  }
  const LineNumber number = found->second.number;
  if (hash_of(make_line(number, shard_, entry, expected)) != found->second.hash) {
    differ(fmt::format("statement line {} is not what {} recorded", number.value(), entry_text(entry)));
  }
  expected.last_line = number;
  ++report_.lines;
  books_.lines.erase(found);
}

void ShardVerification::compare_letter(const Entry& entry, const BatchHeader& header) {
  if (!books_.has_letters) {
    return;
  }
  const auto found = books_.letters.find({shard_.value(), entry.sequence().value()});
  if (found == books_.letters.end()) {
    if (entry.is_failure() && within(books_.letters_at, header)) {
      differ(fmt::format("{} failed and is missing in the dead-letter sink", entry_text(entry)));
    }
    return;
  }
  if (!entry.is_failure() || !(found->second.entry->entry == entry) ||
      found->second.letter_class != class_of(entry)) {
    differ(fmt::format("dead letter {} is not what {} recorded", found->second.number.value(),
                       entry_text(entry)));
  }
  ++report_.letters;
  books_.letters.erase(found);
}

void ShardVerification::compare_totals() {
  for (const auto& [currency, sum] : totals_.imbalance()) {
    if (sum != 0) {
      differ(fmt::format("{} does not add up to zero at entry {}: {}", currency.code(),
                         head_.header.last_sequence.value(), to_text(sum)));
    }
  }
  if (head_.header.last_sequence == derived_.totals_at && !(totals_ == derived_.totals)) {
    differ(fmt::format("the table of totals at entry {} is not what the journal adds up to",
                       derived_.totals_at.value()));
  }
}

void ShardVerification::report_left_over() {
  if (head_.header.ordinal < derived_.head.ordinal) {
    return;  // the walk stopped early and has said why
  }
  for (const auto& [wallet, state] : derived_.wallets) {
    if (state.version != WalletVersion(0)) {
      differ(fmt::format("wallet {} is stored with {}, which the journal never made", wallet,
                         wallet_text(state)));
    }
  }
}

}  // namespace florin
