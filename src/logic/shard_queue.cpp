#include "logic/shard_queue.hpp"

#include <algorithm>

#include "base/wait.hpp"
#include "protocol/message.hpp"

namespace florin {

namespace {

/// One death is anybody's; who had a command twice in a row when he died makes the command suspect.
constexpr std::uint8_t kDeathsToSuspect = 2;
/// The next death it has caused alone.
constexpr std::uint8_t kDeathsToIsolate = 3;

}  // namespace

void ShardQueue::push(Origin origin, const Command& command, std::string_view packed, TimeUs now) {
  push(std::move(origin), command.wallet, command.id, packed, now, InboxPosition(), false);
}

void ShardQueue::push(Origin origin, const WalletId& wallet, const TransactionId& id, std::string_view packed,
                      TimeUs accepted, InboxPosition inbox, bool told) {
  pending_.push_back({std::move(origin),
                      wallet,
                      id,
                      {Ticket(next_ticket_++), {}, accepted, accepted, packed_.push(packed), false},
                      inbox,
                      told,
                      false,
                      0});
  untold_ += told ? 0 : 1;
  only_in_memory_ += inbox == InboxPosition() ? 1 : 0;
}

std::vector<const PendingCommand*> ShardQueue::only_in_memory(const std::set<WalletId>& wallets) const {
  std::vector<const PendingCommand*> found;
  if (only_in_memory_ == 0 || wallets.empty()) {
    return found;
  }
  for (const PendingCommand& pending : pending_) {
    if (!pending.done && pending.inbox == InboxPosition() && wallets.contains(pending.wallet)) {
      found.push_back(&pending);
    }
  }
  return found;
}

void ShardQueue::set_inbox(Ticket ticket, InboxPosition position) {
  PendingCommand* pending = find(ticket);
  if (pending == nullptr || pending->done) {
    return;
  }
  only_in_memory_ -= pending->inbox == InboxPosition() ? 1 : 0;
  pending->inbox = position;
  only_in_memory_ += pending->inbox == InboxPosition() ? 1 : 0;
}

void ShardQueue::on_ready(std::string_view peer, const Ready& ready, TimeUs now) {
  if (ready.epoch < epoch_) {
    return;  // somebody who lost the shard and does not know it yet
  }
  const bool is_opened = !ready_ || ready.epoch != epoch_;
  if (handing_over_ && !is_opened) {
    heard_ = now;
    return;  // it still decides what it has
  }
  if (is_opened && ready_ && peer != peer_ && !handing_over_) {
    count_deaths();
  }
  handing_over_ = false;
  if (is_opened) {
    next_work_ = 1;
    results_taken_ = 0;
    pause_us_ = 0;
  }
  ready_ = true;
  epoch_ = ready.epoch;
  worker_ = ready.worker;
  peer_ = peer;
  heard_ = now;
  if (is_opened || ready.incarnation != incarnation_ || ready.next == 0) {
    send_all_again();
    return;
  }
  const bool results_lost = has_lost_results(ready);
  const bool work_lost = has_lost_work(ready, now);
  if (results_lost || work_lost) {
    send_all_again();
  }
}

bool ShardQueue::has_lost_results(const Ready& ready) {
  const bool lost = ready.results > results_taken_;
  results_taken_ = std::max(results_taken_, ready.results);
  return lost;
}

/// What was sent a moment ago may be on its way. What is still missing a heartbeat later was lost: the shard
/// reads all that has arrived before it says READY.
bool ShardQueue::has_lost_work(const Ready& ready, TimeUs now) {
  const bool is_behind = ready.next < next_work_;
  if (!is_behind || ready.next != waits_for_ || now < waits_since_) {
    waits_for_ = is_behind ? ready.next : 0;
    waits_since_ = now;
    return false;
  }
  return now >= waits_since_.plus(std::int64_t{limits_.heartbeat_ms} * 1000);
}

void ShardQueue::send_all_again() {
  resends_ += sent_ > 0 ? 1 : 0;
  sent_ = 0;
  anew_ = true;
  waits_for_ = 0;
}

void ShardQueue::count_deaths() {
  for (std::size_t i = 0; i < sent_; ++i) {
    std::uint8_t& deaths = pending_[i].deaths;
    deaths = std::min(static_cast<std::uint8_t>(deaths + 1), kDeathsToIsolate);
    if (deaths == kDeathsToIsolate && !pending_[i].done && !pending_[i].work.isolated) {
      pending_[i].work.isolated = true;
      ++isolated_;
    }
  }
}

std::size_t ShardQueue::window() const {
  if (!ready_ || handing_over_ || pending_.empty()) {
    return 0;
  }
  const bool is_suspect = pending_.front().deaths >= kDeathsToSuspect;
  return is_suspect ? 1 : std::min(pending_.size(), limits_.window_commands_max);
}

std::vector<AnsweredCommand> ShardQueue::on_results(const Results& results, TimeUs now) {
  std::vector<AnsweredCommand> answered;
  if (results.incarnation != incarnation_ || results.epoch != epoch_) {
    return answered;
  }
  heard_ = now;
  const bool lost = results.number > results_taken_ + 1;
  results_taken_ = std::max(results_taken_, results.number);
  answered.reserve(results.answers.size());
  for (const TicketAnswer& result : results.answers) {
    PendingCommand* pending = find(result.ticket);
    if (pending == nullptr || pending->done) {
      continue;  // answered before
    }
    if (pending->inbox != InboxPosition() && says_overloaded(result.body)) {
      paused_at_ = now;
      pause_us_ = std::int64_t{std::max(told_to_wait_ms(result.body), 1U)} * 1000;
      continue;
    }
    mark_done(*pending);
    answered.push_back({std::move(pending->origin), pending->wallet, pending->id, result.ticket, result.body,
                        pending->inbox, pending->told});
    drop_done();
  }
  if (lost) {
    send_all_again();
  }
  return answered;
}

std::vector<PendingCommand> ShardQueue::take_out(
    const std::function<bool(const PendingCommand&)>& condition) {
  std::vector<PendingCommand> taken;
  for (PendingCommand& pending : pending_) {
    if (!pending.done && condition(pending)) {
      taken.push_back(pending);
      taken.back().work.packed = {};
      mark_done(pending);
    }
  }
  drop_done();
  return taken;
}

std::vector<std::string> ShardQueue::next_work(TimeUs now) {
  std::vector<std::string> messages;
  if (pause_us_ > 0 && !wait_is_over(now, paused_at_, pause_us_)) {
    return messages;
  }
  pause_us_ = 0;
  const std::size_t until = window();
  while (sent_ < until) {
    const std::size_t end = std::min(until, sent_ + limits_.work_commands_max);
    WorkView work{incarnation_, epoch_, next_work_++, anew_, {}};
    work.items.reserve(end - sent_);
    anew_ = false;
    for (; sent_ < end; ++sent_) {
      if (!pending_[sent_].done) {
        work.items.push_back(pending_[sent_].work);
      }
    }
    messages.push_back(encode_work(work));
  }
  return messages;
}

ShardQueue::Status ShardQueue::status() const {
  return {ready_, epoch_, worker_, heard_, pending_.size(), sent_, resends_, isolated_};
}

PendingCommand* ShardQueue::find(Ticket ticket) {
  const std::uint64_t first = next_ticket_ - pending_.size();
  const std::uint64_t place = ticket.value() - first;
  return ticket.value() < first || place >= pending_.size() ? nullptr : &pending_[place];
}

void ShardQueue::mark_done(PendingCommand& pending) {
  pending.done = true;
  untold_ -= pending.told ? 0 : 1;
  only_in_memory_ -= pending.inbox == InboxPosition() ? 1 : 0;
}

void ShardQueue::drop_done() {
  while (!pending_.empty() && pending_.front().done) {
    packed_.pop(pending_.front().work.packed.size());
    pending_.pop_front();
    sent_ -= sent_ > 0 ? 1 : 0;
  }
}

}  // namespace florin
