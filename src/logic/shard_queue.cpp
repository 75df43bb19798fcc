#include "logic/shard_queue.hpp"

#include <algorithm>

namespace florin {

void ShardQueue::push(Origin origin, const Command& command, std::string_view packed, TimeUs now) {
  PendingCommand pending{std::move(origin), command.wallet, command.id, {}, false};
  pending.work.ticket = Ticket(next_ticket_++);
  pending.work.requested = now;
  pending.work.queued = now;
  pending.work.packed = packed;
  pending_.push_back(std::move(pending));
}

void ShardQueue::on_ready(const Ready& ready) {
  if (ready.epoch < epoch_) {
    return;  // somebody who lost the shard and does not know it yet
  }
  ready_ = true;
  epoch_ = ready.epoch;
  worker_ = ready.worker;
  next_work_ = 1;
  sent_ = 0;
}

std::vector<AnsweredCommand> ShardQueue::on_results(const Results& results) {
  std::vector<AnsweredCommand> answered;
  if (results.epoch != epoch_) {
    return answered;
  }
  answered.reserve(results.answers.size());
  for (const TicketAnswer& result : results.answers) {
    PendingCommand* pending = find(result.ticket);
    if (pending == nullptr || pending->done) {
      continue;  // answered before
    }
    pending->done = true;
    answered.push_back({std::move(pending->origin), pending->wallet, pending->id, result.body});
    drop_done();
  }
  return answered;
}

std::vector<PendingCommand> ShardQueue::take_out(
    const std::function<bool(const PendingCommand&)>& condition) {
  std::vector<PendingCommand> taken;
  for (PendingCommand& pending : pending_) {
    if (!pending.done && condition(pending)) {
      taken.push_back(std::move(pending));
      pending.done = true;
    }
  }
  drop_done();
  return taken;
}

std::vector<std::string> ShardQueue::next_work() {
  std::vector<std::string> messages;
  const std::size_t window = std::min(pending_.size(), limits_.window_commands_max);
  while (ready_ && sent_ < window) {
    const std::size_t end = std::min(window, sent_ + limits_.work_commands_max);
    Work work{incarnation_, epoch_, next_work_++, {}};
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
  return {ready_, epoch_, worker_, pending_.size(), sent_};
}

PendingCommand* ShardQueue::find(Ticket ticket) {
  const std::uint64_t first = next_ticket_ - pending_.size();
  const std::uint64_t place = ticket.value() - first;
  return ticket.value() < first || place >= pending_.size() ? nullptr : &pending_[place];
}

void ShardQueue::drop_done() {
  while (!pending_.empty() && pending_.front().done) {
    pending_.pop_front();
    sent_ -= sent_ > 0 ? 1 : 0;
  }
}

}  // namespace florin
