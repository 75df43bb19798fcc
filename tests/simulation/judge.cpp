#include "tests/simulation/judge.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "protocol/backend.hpp"
#include "protocol/reader.hpp"

namespace florin::sim {

namespace {

constexpr std::string_view kTraceMark = "simulate";

std::optional<SubmissionId> submission_of(const Entry& entry) {
  if (!entry.provenance.trace) {
    return std::nullopt;
  }
  const std::string_view trace = entry.provenance.trace->view();
  return trace.starts_with(kTraceMark) ? std::optional(read_big_endian(trace.substr(kTraceMark.size())))
                                       : std::nullopt;
}

/// All that counts as content, by docs/PROTOCOL.md: the effective date does not.
bool repeats(const Command& a, const Command& b) {
  return a.kind == b.kind && a.mode == b.mode && a.wallet == b.wallet && a.id == b.id &&
         a.amount == b.amount && a.currency == b.currency && a.external == b.external &&
         a.merchant == b.merchant && a.reference == b.reference && a.freeze == b.freeze &&
         a.credit_limit == b.credit_limit;
}

bool goes_to_the_sink(const Entry& entry) {
  return entry.outcome != Outcome::success || entry.unapplied;
}

/// An answer that says what the entry says.
bool tells(const Answer& answer, const Entry& entry) {
  const WalletState& after = entry.sides.front().after;
  WalletState told = answer.after;
  told.stands_at = after.stands_at;  // the answer says it as its sequence
  return static_cast<int>(answer.resolution) == static_cast<int>(entry.outcome) &&
         answer.code == entry.reason && answer.sequence == after.stands_at &&
         answer.decided == entry.decided && answer.overdrawn == entry.overdrawn &&
         answer.unapplied == entry.unapplied && told == after;
}

std::string text_of(const Command& command) {
  return fmt::format("{} {} of wallet {}", name(command.kind), command.id.view(), command.wallet.view());
}

}  // namespace

Id128 trace_of(SubmissionId submission) {
  std::string bytes(kTraceMark);
  append_big_endian(bytes, submission);
  return fixed_from<Id128>(bytes);
}

Judge::Judge(std::uint16_t shards) : shards_(shards) {}

void Judge::violated(std::string what) {
  if (!violation_) {
    violation_ = std::move(what);
  }
}

const Entry* Judge::find(ShardIndex shard, SequenceNumber sequence) const {
  if (shard.value() >= shards_.size() || sequence.value() == 0 ||
      sequence.value() > shards_[shard.value()].entries.size()) {
    return nullptr;
  }
  return &shards_[shard.value()].entries[sequence.value() - 1];
}

const Entry* Judge::find(const Command& command) const {
  const auto found = ids_.find({std::string(command.wallet.view()), std::string(command.id.view())});
  return found == ids_.end() ? nullptr : find(found->second.shard, SequenceNumber(found->second.sequence));
}

bool Judge::is_decided(const Command& command) const {
  return find(command) != nullptr;
}

std::optional<SubmissionId> Judge::undecided_queued() const {
  for (const SubmissionId id : queued_) {
    if (!is_decided(*submissions_.at(id).command)) {
      return id;
    }
  }
  return std::nullopt;
}

BatchOrdinal Judge::head(ShardIndex shard) const {
  return BatchOrdinal(shards_[shard.value()].records.size());
}

// What clients do and are told.

void Judge::submitted(SubmissionId id, Submission submission) {
  lanes_[{submission.lane, submission.wallet}].sent.push_back(id);
  submissions_.emplace(id, std::move(submission));
}

void Judge::answered(SubmissionId id, const Answer& answer) {
  const auto found = submissions_.find(id);
  if (found == submissions_.end()) {
    return violated(fmt::format("an answer for submission {}, which nobody sent", id));
  }
  if (!answered_.insert(id).second) {
    return violated(fmt::format("submission {} was answered twice", id));
  }
  ++told_;
  check_told(found->second, id, answer);
}

void Judge::check_told(const Submission& submission, SubmissionId id, const Answer& answer) {
  const auto code = static_cast<std::uint16_t>(answer.code);
  if (!submission.command) {
    if (answer.resolution != Resolution::refused || code != submission.refused_with) {
      violated(fmt::format("submission {} is not well-formed and was answered with {} instead of {}", id,
                           code, submission.refused_with));
    }
    return;
  }
  const Command& command = *submission.command;
  if (answer.resolution == Resolution::queued) {
    if (!submission.is_async) {
      violated(fmt::format("{} waits for its outcome and was answered `queued`", text_of(command)));
    }
    queued_.insert(id);
    return;
  }
  if (submission.is_async && answer.resolution != Resolution::refused) {
    return violated(fmt::format("{} is asynchronous and was answered with its outcome", text_of(command)));
  }
  if (answer.resolution == Resolution::refused) {
    const Entry* first = find(command);
    if (answer.code != Code::idempotency_conflict) {
      violated(fmt::format("{} was given up with {} {}", text_of(command), code, answer.detail));
    } else if (first == nullptr || repeats(first->command, command)) {
      violated(fmt::format("{} was told to conflict, and does not", text_of(command)));
    }
    return;
  }
  const Entry* entry = find(answer.shard, answer.sequence);
  if (entry == nullptr || !tells(answer, *entry)) {
    violated(fmt::format("{} was acknowledged at shard {} sequence {}, which is not so in the synced journal",
                         text_of(command), answer.shard.value(), answer.sequence.value()));
  } else if (!repeats(entry->command, command)) {
    violated(
        fmt::format("{} was answered with the outcome of {}", text_of(command), text_of(entry->command)));
  } else if (!answer.duplicate && submission_of(*entry) != id) {
    violated(fmt::format("{} repeats an earlier one and was not told so", text_of(command)));
  }
}

// What is synced.

void Judge::disk_commit_is_durable(ShardIndex index, const DiskCommit& commit) {
  if (commit.record != nullptr) {
    take_record(index, *commit.record);
  }
  if (!violation_) {
    check_rows(commit.wallets);
    check_totals(shards_[index.value()], commit.totals);
  }
}

void Judge::take_record(ShardIndex index, const SealedRecord& sealed) {
  Shard& shard = shards_[index.value()];
  const auto record = read_record(sealed.bytes);
  if (!record) {
    return violated(
        fmt::format("shard {}: a record cannot be read: {}", index.value(), record.error().detail));
  }
  const BatchHeader& next = record->header;
  const BatchHeader& last = shard.last;
  const bool follows =
      next.shard == index && next.ordinal == last.ordinal.next() && next.previous_hash == shard.hash &&
      next.first_sequence == last.last_sequence.next() && next.first_failure == last.last_failure.next() &&
      next.time >= last.time &&
      (next.type == RecordType::epoch ? next.epoch == last.epoch.next() : next.epoch == last.epoch);
  if (!follows) {
    return violated(fmt::format("shard {}: record {} of epoch {} does not follow record {} of epoch {}",
                                index.value(), next.ordinal.value(), next.epoch.value(), last.ordinal.value(),
                                last.epoch.value()));
  }
  const auto entries = record->entries();
  if (!entries) {
    return violated(
        fmt::format("shard {}: entries cannot be read: {}", index.value(), entries.error().detail));
  }
  shard.last = next;
  shard.hash = record->hash;
  shard.records.push_back(sealed.bytes);
  shard.last_of_record.push_back(next.last_sequence.value());
  for (const Entry& entry : *entries) {
    if (entry.decided != next.time) {
      violated(fmt::format("{} was not decided at its record's time", text_of(entry.command)));
    }
    take_entry(shard, entry);
  }
  if (shard.entries.size() != next.last_sequence.value() ||
      shard.failures.size() != next.last_failure.value()) {
    violated(fmt::format("shard {}: record {} counts its entries or failures wrongly", index.value(),
                         next.ordinal.value()));
  }
}

void Judge::take_entry(Shard& shard, const Entry& entry) {
  const ShardIndex index = shard.last.shard;
  const std::string wallet_id(entry.command.wallet.view());
  const Key key{wallet_id, std::string(entry.command.id.view())};
  const std::uint64_t sequence = shard.entries.size() + 1;
  if (entry.sides.size() != 1 || entry.sides.front().after.stands_at.value() != sequence) {
    return violated(fmt::format("{} stands at a wrong sequence", text_of(entry.command)));
  }
  if (!ids_.emplace(key, Place{index, sequence}).second) {
    return violated(fmt::format("{} was decided twice", text_of(entry.command)));
  }
  Wallet& wallet = wallets_[wallet_id];
  check_origin(entry);
  check_decision(shard, entry, wallet);
  ++decided_;
  shard.entries.push_back(entry);
  wallet.entries.push_back({index, sequence});
  if (goes_to_the_sink(entry)) {
    shard.failures.push_back(sequence);
  }
  post(shard, entry);
  if (const auto submission = submission_of(entry)) {
    check_order(entry, *submission);
  }
}

/// What was decided was sent, just so.
void Judge::check_origin(const Entry& entry) {
  const auto id = submission_of(entry);
  const auto found = id ? submissions_.find(*id) : submissions_.end();
  if (found == submissions_.end() || found->second.command != entry.command) {
    violated(fmt::format("{} was decided and never sent like this", text_of(entry.command)));
  }
}

/// Whatever its session sent for this wallet before it is decided by now, or never will be.
void Judge::check_order(const Entry& entry, SubmissionId submission) {
  const auto found = submissions_.find(submission);
  if (found == submissions_.end()) {
    return;
  }
  Lane& lane = lanes_[{found->second.lane, found->second.wallet}];
  while (lane.decided < lane.sent.size() && lane.sent[lane.decided] < submission) {
    const Submission& earlier = submissions_.at(lane.sent[lane.decided]);
    if (earlier.command && find(*earlier.command) == nullptr) {
      return violated(fmt::format("{} was decided before {}, which {} had sent earlier",
                                  text_of(entry.command), text_of(*earlier.command), earlier.lane));
    }
    ++lane.decided;
  }
}

void Judge::check_decision(Shard& shard, const Entry& entry, Wallet& wallet) {
  if (wallet.accounts.empty()) {
    wallet.accounts.emplace_back();
  }
  ModelWallet& model = wallet.state;
  const std::uint64_t previous = model.last_sequence;
  const ModelDecision decision = entry.outcome == Outcome::error ? set_aside_by_the_book(entry.command)
                                                                 : decide_by_the_book(entry.command, model);
  model.last_sequence = shard.entries.size() + 1;
  ++model.version;
  const WalletState& after = entry.sides.front().after;
  const Outcome outcome = decision.isolated   ? Outcome::error
                          : decision.rejected ? Outcome::rejected
                                              : Outcome::success;
  const bool same_decision = entry.outcome == outcome &&
                             static_cast<std::uint16_t>(entry.reason) == decision.code &&
                             entry.overdrawn == decision.overdrawn && entry.unapplied == decision.unapplied &&
                             entry.external.view() == decision.external;
  const WalletStatus status = model.closed   ? WalletStatus::closed
                              : model.opened ? WalletStatus::open
                                             : WalletStatus::absent;
  const bool same_state = after.status == status && stops_debits(after.freeze) == model.debits_stopped &&
                          stops_credits(after.freeze) == model.credits_stopped &&
                          after.currency.code() == model.currency && after.balance.value() == model.balance &&
                          after.credit_limit.value() == model.credit_limit &&
                          after.version.value() == model.version && after.held.value() == 0 &&
                          entry.sides.front().previous.value() == previous;
  if (decision.isolated && !workers_die) {
    violated(fmt::format("{} was isolated, and no worker ever died", text_of(entry.command)));
  }
  if (!same_decision || !same_state) {
    violated(fmt::format(
        "{} was decided as {} ({}), balance {}, version {}; by the book it is code {}, balance {}, "
        "version {}",
        text_of(entry.command), name(entry.outcome), static_cast<int>(entry.reason), after.balance.value(),
        after.version.value(), decision.code, model.balance, model.version));
  }
}

/// Adds an entry to the sums, and to what the wallet's owner should see.
void Judge::post(Shard& shard, const Entry& entry) {
  const Command& command = entry.command;
  Wallet& wallet = wallets_.find(command.wallet.view())->second;
  ModelAccount account = wallet.accounts.back();
  account.currency = wallet.state.currency;
  const int direction = direction_of(command.kind);
  if (entry.outcome == Outcome::success && direction != 0) {
    const Int128 moved = Int128{direction} * command.amount.value();
    const std::string currency(command.currency.code());
    shard.totals[{currency, entry.unapplied ? "suspense" : ""}] += moved;
    shard.totals[{currency, std::string(entry.external.view())}] -= moved;
    wallet.on_statement.push_back(wallet.state.version);
    if (!entry.unapplied) {
      account.balance += direction * command.amount.value();
      (direction > 0 ? account.credited : account.debited) += command.amount.value();
      ++account.completed;
    }
  }
  wallet.accounts.push_back(account);
}

/// A row may be late, but it is what some entry made of the wallet.
void Judge::check_rows(std::span<const WalletRow> rows) {
  for (const WalletRow& row : rows) {
    const auto found = wallets_.find(row.wallet.view());
    const std::uint64_t version = row.state.version.value();
    const bool is_known = found != wallets_.end() && version > 0 && version <= found->second.entries.size();
    const Place place = is_known ? found->second.entries[version - 1] : Place{};
    const Entry* entry = is_known ? find(place.shard, SequenceNumber(place.sequence)) : nullptr;
    if (entry == nullptr || !(entry->side().after == row.state)) {
      violated(fmt::format("the row of wallet {} is not what its journal says", row.wallet.view()));
    }
  }
}

/// The totals written with a record are those that follow from it.
void Judge::check_totals(const Shard& shard, const Totals& totals) {
  std::map<std::string, Int128> sums;
  for (const auto& [account, total] : totals.all()) {
    sums[std::string(account.currency.code())] += total;
    const std::string external(account.external.view());
    const auto found = shard.totals.find({std::string(account.currency.code()), external});
    if (total != (found == shard.totals.end() ? 0 : found->second)) {
      violated(fmt::format("shard {}: the total of {} `{}` is {}", shard.last.shard.value(),
                           account.currency.code(), external, to_text(total)));
    }
  }
  for (const auto& [currency, sum] : sums) {
    if (sum != 0) {
      violated(fmt::format("shard {}: all accounts of {} together are {}", shard.last.shard.value(), currency,
                           to_text(sum)));
    }
  }
}

// What leaves a process.

void Judge::answer_leaves(const std::string& who, const Answer& answer) {
  if (!answer.decided_something()) {
    return;
  }
  const Entry* entry = find(answer.shard, answer.sequence);
  if (entry == nullptr) {
    violated(fmt::format("{} answers with shard {} sequence {}, which is not synced", who,
                         answer.shard.value(), answer.sequence.value()));
  } else if (!tells(answer, *entry)) {
    violated(fmt::format("{} answers with shard {} sequence {}, and not as it was decided", who,
                         answer.shard.value(), answer.sequence.value()));
  }
}

void Judge::answers_leave(const std::string& who, std::string_view message) {
  const auto answers = decode_answers(message);
  if (!answers) {
    return;  // another message
  }
  for (const AddressedAnswer& addressed : *answers) {
    answer_leaves(who, addressed.answer);
  }
}

void Judge::results_leave(const std::string& who, std::string_view message) {
  const auto results = decode_results(message);
  if (!results) {
    return violated(fmt::format("{} sends RESULTS that cannot be read", who));
  }
  for (const TicketAnswer& result : results->answers) {
    Reader reader(result.body);
    const auto answer = decode_answer_body(reader);
    if (!answer) {
      return violated(fmt::format("{} sends an answer that cannot be read", who));
    }
    answer_leaves(who, *answer);
  }
}

void Judge::event_leaves(std::string_view bytes) {
  const auto record = read_record(bytes);
  const auto& records = record ? shards_[record->header.shard.value()].records : std::vector<std::string>{};
  if (!record || record->header.ordinal.value() > records.size() ||
      records[record->header.ordinal.value() - 1] != bytes) {
    violated("a record is published that is not synced");
  }
}

}  // namespace florin::sim
