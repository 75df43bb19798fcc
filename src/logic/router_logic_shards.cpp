// Of the router's logic: what shards and workers say, and what clients are told because of it.

#include <fmt/format.h>

#include <map>
#include <utility>

#include "logic/router_logic.hpp"

namespace florin {

Result<void> RouterLogic::on_shard(std::string_view peer, std::string_view bytes, TimeUs now) {
  if (peek_message_type(bytes) == static_cast<std::uint64_t>(MessageType::alive)) {
    const auto alive = decode_alive(bytes);
    if (!alive) {
      return tl::make_unexpected(alive.error());
    }
    membership_.on_alive(peer, *alive, now);
    return {};
  }
  if (const auto results = decode_results(bytes)) {
    if (results->shard.value() >= queues_.size()) {
      return problem(Code::malformed, fmt::format("there is no shard {}", results->shard.value()));
    }
    on_results(*results, now);
    return {};
  }
  const auto ready = decode_ready(bytes);
  if (!ready) {
    return tl::make_unexpected(ready.error());
  }
  if (ready->shard.value() >= queues_.size()) {
    return problem(Code::malformed, fmt::format("there is no shard {}", ready->shard.value()));
  }
  queues_[ready->shard.value()].on_ready(peer, *ready, now);
  return {};
}

void RouterLogic::on_results(const Results& results, TimeUs now) {
  std::vector<AnsweredCommand> overloaded;
  for (AnsweredCommand& answered : queues_[results.shard.value()].on_results(results, now)) {
    if (answered.inbox != InboxPosition()) {
      inbox_.decided(results.shard, answered);
    }
    if (answered.told) {
      counters_.accepted_refused += says_refused(answered.body) ? 1 : 0;
      continue;
    }
    ++counters_.answered;
    answer_pending(answered.origin, answered.body);
    if (answered.origin.session && says_overloaded(answered.body)) {
      overloaded.push_back(std::move(answered));
    }
  }
  if (!overloaded.empty()) {
    hold_behind(results.shard, overloaded);
  }
}

/// What a session's client gets goes to where its last message came from.
void RouterLogic::answer_pending(const Origin& origin, std::string_view body) {
  if (origin.session) {
    // The client of a session that was forgotten sends it all again, perhaps under numbers used before.
    if (const auto connection = sessions_.connection(*origin.session)) {
      outbox_.answer(*connection, origin.number, origin.index, body);
      sessions_.answered(*origin.session);
    }
    return;
  }
  outbox_.answer(origin.client, origin.number, origin.index, body);
  const auto in_flight = in_flight_without_session_.find(origin.client);
  if (in_flight != in_flight_without_session_.end() && --in_flight->second == 0) {
    in_flight_without_session_.erase(in_flight);
  }
}

/// The shard has refused these, and decides nothing that was under way behind them. What the same sessions
/// have queued for the same wallets is refused too, so that it does not come before them.
void RouterLogic::hold_behind(ShardIndex shard, const std::vector<AnsweredCommand>& overloaded) {
  std::map<std::pair<std::string_view, WalletId>, Ticket> held;  // session and wallet; since which command
  for (const AnsweredCommand& refused : overloaded) {
    if (held.emplace(std::pair(refused.origin.session->view(), refused.wallet), refused.ticket).second) {
      sessions_.latch(*refused.origin.session, refused.wallet, refused.id);
    }
  }
  const auto taken_out = queues_[shard.value()].take_out([&held](const PendingCommand& pending) {
    return pending.inbox == InboxPosition() && pending.origin.session &&
           held.contains({pending.origin.session->view(), pending.wallet});
  });
  Writer body;
  encode_answer_body(body, refusal(Code::overloaded, "an earlier command of the wallet was refused",
                                   limits_.overloaded_retry_ms));
  const auto withdrawn =
      inbox_.withdraw(shard, [&held](const RouterInbox::Lane& lane) { return held.contains(lane); });
  for (const InboxVerdict& verdict : withdrawn) {
    tell(verdict);
  }
  for (const PendingCommand& pending : taken_out) {
    Ticket& since = held.at({pending.origin.session->view(), pending.wallet});
    if (pending.work.ticket < since) {  // RESULTS were lost, in which this one may have been refused
      since = pending.work.ticket;
      sessions_.latch(*pending.origin.session, pending.wallet, pending.id);
    }
    ++counters_.overloaded;
    answer_pending(pending.origin, body.view());
  }
}

std::vector<Membership::Message> RouterLogic::place_shards(TimeUs now) {
  std::vector<Membership::Message> messages = membership_.tick(now);
  for (const ShardIndex shard : membership_.take_staying()) {
    queues_[shard.value()].stay();
  }
  // Last: who has a shard after all may be told at once to let go of it.
  for (const ShardIndex shard : membership_.take_withdrawn()) {
    queues_[shard.value()].hand_over();
  }
  return messages;
}

}  // namespace florin
