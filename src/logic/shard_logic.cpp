#include "logic/shard_logic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.hpp"
#include "base/wait.hpp"

namespace florin {

namespace {

/// A fault that came once may have passed. One that comes again will be there for a while (a full disk).
constexpr unsigned kFaultsToSaySo = 2;

Answer answer_repeated(const Command& command, const Entry& original, ShardIndex shard) {
  if (const auto difference = first_difference(command, original.command); !difference.empty()) {
    return refusal(Code::idempotency_conflict,
                   fmt::format("id {} was used at sequence {} for a {} with another {}", command.id.view(),
                               original.sequence().value(), name(original.command.kind), difference));
  }
  Answer answer = answer_of(original, shard);
  answer.duplicate = true;
  return answer;
}

Result<TracedCommand> decode_item(const WorkItemView& item) {
  Reader reader(item.packed);
  auto traced = decode_command(reader);
  reader.finish();
  if (traced && !reader.ok()) {
    return tl::make_unexpected(reader.problem());
  }
  return traced;
}

}  // namespace

std::string_view name(ShardPhase phase) {
  switch (phase) {
    case ShardPhase::opening: return "opening";
    case ShardPhase::serving: return "serving";
    case ShardPhase::waiting: return "waiting";
  }
  invariant(false, "a phase is one of its enumerators");
  return {};
}

ShardLogic::ShardLogic(ShardStore& store, ShardSettings settings, FlowObserver& observer)
    : store_(store),
      settings_(std::move(settings)),
      observer_(observer),
      heartbeat_(std::int64_t{settings_.heartbeat_ms} * 1000) {}

void ShardLogic::receive(std::string_view work_message) {
  const auto work = view_work(work_message);
  if (!work) {  // a router of another version
    observer_.fault(fmt::format("shard {}", settings_.shard.value()),
                    "WORK that is not understood: " + work.error().detail);
    return;
  }
  if (work->epoch != epoch_) {
    return;  // sent before the router heard of this epoch: it comes again
  }
  if (work->anew) {  // everything unanswered, from here on
    inbox_.clear();
    results_sent_ = work->incarnation == incarnation_ ? results_sent_ : 0;
    incarnation_ = work->incarnation;
  } else if (next_work_ == 0) {
    return;  // everything is asked for already, this included
  } else if (work->incarnation != incarnation_ || work->number != next_work_) {
    ask_for_all();
    return;
  }
  next_work_ = work->number + 1;
  inbox_.add(*work);
}

void ShardLogic::ask_for_all() {
  next_work_ = 0;
  asks_ = true;
}

std::string ShardLogic::ready() const {
  return encode_ready({settings_.shard, epoch_, settings_.worker, incarnation_, next_work_, results_sent_});
}

bool ShardLogic::has_work(TimeUs now) const {
  if (asks_) {
    return true;
  }
  switch (phase_) {
    case ShardPhase::opening: return pause_is_over(now) || (readable_ && !inbox_.empty());
    case ShardPhase::serving: return !inbox_.empty();
    case ShardPhase::waiting: return pause_is_over(now) || !inbox_.empty();
  }
  return false;
}

ShardEffects ShardLogic::step(TimeUs now) {
  ShardEffects effects;
  if (phase_ == ShardPhase::waiting && pause_is_over(now)) {
    phase_ = ShardPhase::serving;
  }
  try {
    switch (phase_) {
      case ShardPhase::opening:
        if (pause_is_over(now)) {
          open(now, effects);
        } else if (readable_) {
          answer_from_journal(retry_after_ms(now));
        }
        break;
      case ShardPhase::serving: decide_inbox(now, effects); break;
      case ShardPhase::waiting: answer_from_journal(retry_after_ms(now)); break;
    }
  } catch (const StoreFault& fault) {
    if (fault.kind() == FaultKind::refused) {
      throw;
    }
    handle_fault(fault, now);
  }
  if (!results_.empty()) {
    effects.results = results_.take(settings_.shard, incarnation_, epoch_, ++results_sent_);
  }
  const bool was_opened = epoch_ > Epoch(0);
  if (was_opened && (heartbeat_.due(now) || asks_)) {
    effects.ready = ready();
    asks_ = false;
  }
  return effects;
}

void ShardLogic::open(TimeUs now, ShardEffects& effects) {
  readable_ = false;
  if (opened_before_) {
    store_.reopen();
  }
  opened_before_ = true;
  {
    const auto snapshot = store_.snapshot();
    head_ = snapshot->head();
    totals_ = snapshot->totals();
  }
  readable_ = true;
  if (faults_in_a_row_ >= kFaultsToSaySo) {
    answer_from_journal(pause_ms_);  // it may well fail again, and then nothing can be read for a while
  }
  BatchHeader header = next_header(RecordType::epoch, now);
  header.epoch = head_.header.epoch.next();
  const SealedRecord record = BatchBuilder(header).seal();
  store_.commit({record, {}, {}, totals_});
  head_ = {record.header, record.hash};
  durable_ = head_.header.last_sequence;
  epoch_ = record.header.epoch;
  // What the router sends for the new epoch covers all that is held here.
  inbox_.clear();
  results_ = ResultsBuilder();
  results_sent_ = 0;
  ask_for_all();
  // Until the pause is over, say so instead of failing with every batch.
  phase_ = faults_in_a_row_ < kFaultsToSaySo ? ShardPhase::serving : ShardPhase::waiting;
  paused_at_ = now;
  effects.event = record.bytes;
}

BatchHeader ShardLogic::next_header(RecordType type, TimeUs now) const {
  BatchHeader header;
  header.type = type;
  header.lineage = settings_.lineage;
  header.shard = settings_.shard;
  header.ordinal = head_.header.ordinal.next();
  header.epoch = epoch_;
  header.incarnation = type == RecordType::epoch ? Incarnation(0) : incarnation_;
  header.first_sequence = head_.header.last_sequence.next();
  header.first_failure = head_.header.last_failure.next();
  header.time = std::max(head_.header.time, now);
  header.previous_hash = head_.hash;
  return header;
}

void ShardLogic::decide_inbox(TimeUs now, ShardEffects& effects) {
  if (inbox_.empty()) {
    return;
  }
  auto snapshot = store_.snapshot();
  BatchDecider decider(*snapshot, next_header(RecordType::entries, now), totals_, inbox_.size(),
                       std::move(spare_));
  ResultsBuilder answers;  // of this batch: nobody gets them before it is durable
  std::size_t taken = 0;
  for (; taken < inbox_.size() && !decider.is_full(); ++taken) {
    encode_answer_body(answers.open(inbox_[taken].ticket), decide_item(inbox_[taken], decider));
  }
  if (!decider.empty()) {
    DecidedBatch batch = std::move(decider).finish();
    snapshot.reset();
    commit(batch, effects);
    spare_ = std::move(batch);
  }
  results_.add(answers);
  for (; taken > 0; --taken) {
    inbox_.pop_front();
  }
}

Answer ShardLogic::decide_item(const WorkItemView& item, BatchDecider& decider) {
  const auto traced = decode_item(item);
  if (!traced) {  // the router lets only well-formed commands pass, but it may be of another version
    return refusal(traced.error().code, traced.error().detail);
  }
  const Provenance provenance{item.client, traced->trace, item.requested, item.queued};
  const auto decided = item.isolated ? decider.set_aside(traced->command, provenance, traced->redrive)
                                     : decider.decide(traced->command, provenance, traced->redrive);
  if (const auto* repeated = std::get_if<BatchDecider::Repeated>(&decided)) {
    observer_.repeated(repeated->original, settings_.shard);
    ++counters_.repeated;
    return answer_repeated(traced->command, repeated->original, settings_.shard);
  }
  return answer_of(std::get<BatchDecider::Decided>(decided).entry, settings_.shard);
}

/// Takes the record and the totals out of the batch.
void ShardLogic::commit(DecidedBatch& batch, ShardEffects& effects) {
  store_.commit({batch.record, batch.wallets, batch.ids, batch.totals});
  // Durable from here on: now it may be known, published and answered.
  head_ = {batch.record.header, batch.record.hash};
  durable_ = head_.header.last_sequence;
  totals_ = std::move(batch.totals);
  effects.event = std::move(batch.record.bytes);
  counters_.decided += batch.entries.size();
  ++counters_.commits;
  counters_.tally.add(batch.entries);
  for (const Entry& entry : batch.entries) {
    observer_.decided(entry, settings_.shard);
  }
  pause_ms_ = 0;
  faults_in_a_row_ = 0;
  reason_.clear();
}

/// What can be read need not be durable: of a batch whose outcome is unknown nothing is answered until a
/// later commit has made it durable, or it is gone. The router sends such commands again for the next epoch.
void ShardLogic::answer_from_journal(std::uint32_t retry_after_ms) {
  const auto snapshot = store_.snapshot();
  const Answer overloaded = refusal(
      Code::overloaded, fmt::format("shard {}: {}", settings_.shard.value(), reason_), retry_after_ms);
  for (; !inbox_.empty(); inbox_.pop_front()) {
    const auto traced = decode_item(inbox_.front());
    if (!traced) {
      encode_answer_body(results_.open(inbox_.front().ticket),
                         refusal(traced.error().code, traced.error().detail));
      continue;
    }
    const auto before = snapshot->find_id(IdNamespace::client, traced->command.wallet, traced->command.id);
    if (before && *before > durable_) {
      continue;
    }
    Answer answer = overloaded;
    if (before) {
      const Entry original = snapshot->entry(*before).entry;
      const bool is_open = traced->redrive && may_be_redriven(original, traced->command);
      answer = is_open ? overloaded : answer_repeated(traced->command, original, settings_.shard);
    }
    if (answer.code == Code::overloaded) {
      ask_for_all();  // what is under way behind it must not overtake it
    }
    encode_answer_body(results_.open(inbox_.front().ticket), answer);
  }
}

void ShardLogic::handle_fault(const StoreFault& fault, TimeUs now) {
  ++counters_.faults;
  ++faults_in_a_row_;
  reason_ = fault.what();
  observer_.fault(fmt::format("shard {}", settings_.shard.value()), reason_);
  const bool can_wait = fault.kind() == FaultKind::no_space && phase_ != ShardPhase::opening;
  // Nothing of the batch was answered. After an unknown outcome the journal decides what happened: the
  // router sends everything unanswered again once the next epoch is open.
  phase_ = can_wait ? ShardPhase::waiting : ShardPhase::opening;
  if (fault.kind() == FaultKind::unknown_outcome) {
    readable_ = false;  // what can be read now may not be durable, and reading may fail again and again
  }
  pause(now);
}

void ShardLogic::pause(TimeUs now) {
  pause_ms_ =
      pause_ms_ == 0 ? settings_.fault_retry_min_ms : std::min(pause_ms_ * 2, settings_.fault_retry_max_ms);
  paused_at_ = now;
}

bool ShardLogic::pause_is_over(TimeUs now) const {
  return wait_is_over(now, paused_at_, std::int64_t{pause_ms_} * 1000);
}

std::uint32_t ShardLogic::retry_after_ms(TimeUs now) const {
  const std::int64_t left_ms = pause_ms_ - (now.value() - paused_at_.value()) / 1000;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(left_ms, 1, settings_.fault_retry_max_ms));
}

ShardStatus ShardLogic::status() const {
  ShardStatus status = counters_;
  status.phase = phase_;
  status.reason = reason_;
  status.epoch = epoch_;
  status.head = head_;
  status.inbox = inbox_.size();
  return status;
}

}  // namespace florin
