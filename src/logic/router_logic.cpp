#include "logic/router_logic.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "routing/shard_of.hpp"

namespace florin {

namespace {

MembershipLimits membership_limits(const RouterLimits& limits) {
  MembershipLimits membership;
  membership.dead_after_ms = limits.worker_dead_after_ms;
  // A worker says ALIVE each heartbeat; and it needs a moment to find a router that was started again.
  membership.settle_ms = 3 * limits.heartbeat_ms;
  return membership;
}

/// Why nothing of the caller is taken; nothing where something can be.
std::optional<Problem> why_not(const Caller& caller) {
  if (caller.roles.empty()) {
    return Problem{Code::not_authenticated, fmt::format("the key of {} is not known any more", caller.name)};
  }
  if (!caller.roles.has(Role::submit) && !caller.roles.has(Role::operate)) {
    return Problem{Code::not_allowed,
                   fmt::format("{} has the roles {}, and transactions need submit or operate", caller.name,
                               name(caller.roles))};
  }
  return std::nullopt;
}

/// The same for one command of a caller that can send some. What failed is tried again by operators.
std::optional<Problem> why_not(const Caller& caller, const TracedCommand& traced) {
  const Kind kind = traced.command.kind;
  const Role needed = traced.redrive ? Role::operate : role_for(kind);
  if (caller.roles.has(needed)) {
    return std::nullopt;
  }
  return Problem{Code::not_allowed,
                 fmt::format("{} has the roles {}, and {}{} needs {}", caller.name, name(caller.roles),
                             traced.redrive ? "redrive of a " : "", name(kind), name(needed))};
}

}  // namespace

RouterLogic::RouterLogic(std::uint16_t shards, Incarnation incarnation, const RouterLimits& limits,
                         RefusedSequence refused_so_far, InboxStore& inbox, InboxIndex& index,
                         FlowObserver& observer)
    : limits_(limits),
      incarnation_(incarnation),
      observer_(observer),
      membership_(shards, incarnation, membership_limits(limits)),
      inbox_(inbox, index, limits, shards, observer),
      sessions_(limits),
      outbox_(limits.answers_bytes_max),
      refused_kept_(refused_so_far.value()) {
  for (std::uint16_t shard = 0; shard < shards; ++shard) {
    queues_.emplace_back(incarnation, limits);
  }
}

void RouterLogic::on_client(std::string_view client, std::string_view bytes, TimeUs now,
                            const Caller& caller) {
  if (const auto refused = why_not(caller)) {
    const auto head = peek_submit_head(bytes);
    turn_away(client, bytes, *refused, head ? std::optional(head->number) : std::nullopt, std::nullopt);
    return;
  }
  if (peek_message_type(bytes) == static_cast<std::uint64_t>(MessageType::hello)) {
    on_hello(client, bytes, now);
  } else {
    on_submit(client, bytes, now, caller);
  }
}

void RouterLogic::on_hello(std::string_view client, std::string_view bytes, TimeUs now) {
  const auto hello = decode_hello(bytes);
  const auto version = hello.and_then(agreed_version);
  if (!version) {
    refuse(client, bytes, version.error(), std::nullopt, std::nullopt, now);
    return;
  }
  const std::uint64_t expected = sessions_.greet(*hello, client);
  outbox_.welcome(client, {*version,
                           hello->session,
                           incarnation_,
                           expected,
                           {limits_.message_bytes_max, limits_.commands_per_message_max,
                            limits_.client_in_flight_commands_max}});
}

bool RouterLogic::admit(std::string_view client, const SubmitHead& head) {
  switch (sessions_.take(head, client)) {
    case SessionTable::Turn::taken: return true;
    case SessionTable::Turn::repeated: break;
    case SessionTable::Turn::gap:
      outbox_.go_back(client, {*head.session, Code::out_of_sequence, sessions_.expected(*head.session)});
      break;
    case SessionTable::Turn::in_gap: break;
    case SessionTable::Turn::unknown:
      outbox_.go_back(client, {*head.session, Code::unknown_session, 0});
      break;
  }
  ++counters_.gone_back;
  return false;
}

void RouterLogic::on_submit(std::string_view client, std::string_view bytes, TimeUs now,
                            const Caller& caller) {
  const auto head = peek_submit_head(bytes);
  if (head && head->session && !admit(client, *head)) {
    return;
  }
  const auto number = head ? std::optional(head->number) : std::nullopt;
  if (bytes.size() > limits_.message_bytes_max) {
    refuse(client, bytes,
           {Code::message_too_large,
            fmt::format("{} bytes, the limit is {}", bytes.size(), limits_.message_bytes_max)},
           number, std::nullopt, now);
    return;
  }
  if (const auto refused = decode_submit(bytes, limits_.commands_per_message_max, submit_)) {
    refuse(client, bytes, refused->problem, number, std::nullopt, now);
    return;
  }
  std::vector<Arrival> arrivals;
  arrivals.reserve(submit_.items.size());
  for (std::size_t index = 0; index < submit_.items.size(); ++index) {
    const Submit::Item& item = submit_.items[index];
    if (!item.decoded) {
      refuse(client, item.packed, item.decoded.error(), submit_.head.number, index, now);
      continue;
    }
    const Command& command = item.decoded->command;
    if (const auto refused = why_not(caller, *item.decoded)) {
      turn_away(client, item.packed, *refused, submit_.head.number, index);
      continue;
    }
    observer_.received(command);
    arrivals.push_back({index, shard_of(command.wallet, static_cast<std::uint16_t>(queues_.size())), command,
                        item.decoded->is_async});
  }
  counters_.received += arrivals.size();
  accept(client, submit_, std::move(arrivals), now);
}

void RouterLogic::on_client_nonsense(std::string_view client, std::string_view bytes, const Problem& problem,
                                     TimeUs now) {
  refuse(client, bytes, problem, std::nullopt, std::nullopt, now);
}

void RouterLogic::accept(std::string_view client, const Submit& submit, std::vector<Arrival> arrivals,
                         TimeUs now) {
  if (in_flight(client, submit.head) + arrivals.size() > limits_.client_in_flight_commands_max) {
    for (const Arrival& arrival : arrivals) {
      overload(client, submit.head, arrival,
               fmt::format("more than {} commands of this client are not answered",
                           limits_.client_in_flight_commands_max));
    }
    return;
  }
  mark_held(submit.head, arrivals);
  const std::vector<std::string> refused = refusals(submit, arrivals);
  for (const Arrival& arrival : arrivals) {
    if (arrival.held) {
      overload(client, submit.head, arrival, "an earlier command of the wallet was refused and comes first");
    } else if (const std::string& why = refused[arrival.shard.value()]; !why.empty()) {
      overload(client, submit.head, arrival, why);
    } else {
      queue(client, submit, arrival, now);
    }
  }
}

/// Says of each command whether its wallet is held, or open again from it on.
void RouterLogic::mark_held(const SubmitHead& head, std::vector<Arrival>& arrivals) const {
  if (!head.session || !sessions_.has_latches(*head.session)) {
    return;
  }
  std::set<WalletId> reopened;
  for (Arrival& arrival : arrivals) {
    const auto latch = sessions_.latch_of(*head.session, arrival.command.wallet);
    if (!latch || reopened.contains(arrival.command.wallet)) {
      continue;
    }
    arrival.reopens = *latch == arrival.command.id;
    arrival.held = !arrival.reopens;
    if (arrival.reopens) {
      reopened.insert(arrival.command.wallet);
    }
  }
}

/// A message's part for one shard is taken whole or not at all: why not, by shard.
std::vector<std::string> RouterLogic::refusals(const Submit& submit,
                                               const std::vector<Arrival>& arrivals) const {
  std::vector<RouterInbox::Part> parts(queues_.size());
  for (const Arrival& arrival : arrivals) {
    RouterInbox::Part& part = parts[arrival.shard.value()];
    if (arrival.held) {
      continue;
    }
    part.sync += arrival.is_async ? 0 : 1;
    part.async += arrival.is_async ? 1 : 0;
    part.async_bytes += arrival.is_async ? inbox_bytes_of(submit.items[arrival.index].packed.size()) : 0;
  }
  std::vector<std::string> refusals(queues_.size());
  for (std::size_t shard = 0; shard < queues_.size(); ++shard) {
    refusals[shard] =
        inbox_.refusal_of(ShardIndex(static_cast<std::uint16_t>(shard)), parts[shard], queues_[shard].size());
  }
  return refusals;
}

void RouterLogic::queue(std::string_view client, const Submit& submit, const Arrival& arrival, TimeUs now) {
  const SubmitHead& head = submit.head;
  if (head.session) {
    sessions_.add_in_flight(*head.session, 1);
    if (arrival.reopens) {
      sessions_.unlatch(*head.session, arrival.command.wallet);
    }
  } else {
    ++in_flight_without_session_[std::string(client)];
  }
  ShardQueue& queue = queues_[arrival.shard.value()];
  Origin origin{std::string(client), head.session, head.number, arrival.index};
  const std::string_view packed = submit.items[arrival.index].packed;
  if (arrival.is_async || inbox_.holds_back(arrival.shard)) {
    inbox_.stage(arrival.shard, {std::move(origin), arrival.command.wallet, arrival.command.id,
                                 std::string(packed), now, arrival.is_async});
  } else {
    queue.push(std::move(origin), arrival.command, packed, now);
  }
  observer_.queued(arrival.command, arrival.shard, queue.size());
}

void RouterLogic::overload(std::string_view client, const SubmitHead& head, const Arrival& arrival,
                           std::string_view detail) {
  ++counters_.overloaded;
  latch_for(head.session, arrival.command.wallet, arrival.command.id);
  answer(client, head.number, arrival.index,
         refusal(Code::overloaded, std::string(detail), limits_.overloaded_retry_ms));
}

void RouterLogic::latch_for(const std::optional<SessionNonce>& session, const WalletId& wallet,
                            const TransactionId& id) {
  if (session && !sessions_.latch_of(*session, wallet)) {
    sessions_.latch(*session, wallet, id);
  }
}

/// The first that could not be written holds its wallet, in the place of whatever was refused on arrival
/// since: that came later.
void RouterLogic::tell(const std::vector<InboxVerdict>& verdicts) {
  std::set<std::pair<std::string, WalletId>> held;
  for (const InboxVerdict& verdict : verdicts) {
    const auto& session = verdict.origin.session;
    if (!verdict.refusal.empty() && session &&
        held.emplace(std::string(session->view()), verdict.wallet).second) {
      sessions_.latch(*session, verdict.wallet, verdict.id);
    }
    tell(verdict);
  }
}

/// The sender of what is durable in the inbox, or could not be written.
void RouterLogic::tell(const InboxVerdict& verdict) {
  Writer body;
  if (verdict.refusal.empty()) {
    ++counters_.accepted;
    ++counters_.answered;
    encode_answer_body(body, queued_answer());
  } else {
    ++counters_.overloaded;
    encode_answer_body(body, refusal(Code::overloaded, verdict.refusal, limits_.overloaded_retry_ms));
  }
  answer_pending(verdict.origin, body.view());
}

std::size_t RouterLogic::in_flight(std::string_view client, const SubmitHead& head) const {
  if (head.session) {
    return sessions_.in_flight(*head.session);
  }
  const auto found = in_flight_without_session_.find(client);
  return found == in_flight_without_session_.end() ? 0 : found->second;
}

void RouterLogic::refuse(std::string_view client, std::string_view bytes, const Problem& problem,
                         std::optional<std::uint64_t> number, std::optional<std::uint64_t> index,
                         TimeUs now) {
  ++counters_.refused;
  observer_.refused(problem, bytes);
  if (keeps_refused_of(client)) {
    refused_.push_back(make_refused(now, client, problem, bytes));
  } else {
    ++counters_.refused_not_kept;
  }
  answer(client, number, index, refusal(problem.code, problem.detail));
}

void RouterLogic::turn_away(std::string_view client, std::string_view bytes, const Problem& problem,
                            std::optional<std::uint64_t> number, std::optional<std::uint64_t> index) {
  ++counters_.not_allowed;
  observer_.refused(problem, bytes);
  answer(client, number, index, refusal(problem.code, problem.detail));
}

bool RouterLogic::keeps_refused_of(std::string_view client) {
  // The table of peers itself must stay bounded; forgetting it only gives everybody their quota back.
  constexpr std::size_t kPeersMax = 10'000;
  if (refused_by_peer_.size() >= kPeersMax) {
    refused_by_peer_.clear();
  }
  std::size_t& of_peer = refused_by_peer_[std::string(client)];
  if (of_peer >= limits_.refused_per_peer_max || refused_kept_ >= limits_.refused_total_max) {
    return false;
  }
  ++of_peer;
  ++refused_kept_;
  return true;
}

void RouterLogic::answer(std::string_view client, std::optional<std::uint64_t> number,
                         std::optional<std::uint64_t> index, const Answer& answer) {
  Writer writer;
  encode_answer_body(writer, answer);
  outbox_.answer(client, number, index, writer.view());
}

RouterEffects RouterLogic::flush(TimeUs now) {
  RouterEffects effects;
  tell(inbox_.settle(queues_, now));
  effects.refused = std::move(refused_);
  refused_.clear();
  for (std::size_t shard = 0; shard < queues_.size(); ++shard) {
    for (std::string& work : queues_[shard].next_work(now)) {
      effects.to_shards.push_back(
          {ShardIndex(static_cast<std::uint16_t>(shard)), queues_[shard].peer(), std::move(work)});
    }
  }
  effects.to_clients = outbox_.take();
  return effects;
}

bool RouterLogic::has_unanswered() const {
  return inbox_.has_work() || std::any_of(queues_.begin(), queues_.end(),
                                          [](const ShardQueue& queue) { return queue.has_untold(); });
}

RouterStatus RouterLogic::status() const {
  RouterStatus status = counters_;
  status.sessions = sessions_.size();
  status.latches = sessions_.latches();
  status.sessions_forgotten = sessions_.forgotten();
  status.workers = membership_.workers();
  status.worker_deaths = membership_.deaths();
  for (const ShardQueue& queue : queues_) {
    status.inbox.push_back(inbox_.status(ShardIndex(static_cast<std::uint16_t>(status.shards.size()))));
    status.shards.push_back(queue.status());
  }
  status.inbox_fault = inbox_.fault();
  return status;
}

}  // namespace florin
