#include "logic/router_logic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "routing/shard_of.hpp"

namespace florin {

RouterLogic::RouterLogic(std::uint16_t shards, Incarnation incarnation, const RouterLimits& limits,
                         RefusedSequence refused_so_far, FlowObserver& observer)
    : limits_(limits),
      incarnation_(incarnation),
      observer_(observer),
      queues_(shards, ShardQueue(incarnation, limits)),
      refused_kept_(refused_so_far.value()) {}

void RouterLogic::on_client(std::string_view client, std::string_view bytes, TimeUs now) {
  if (bytes.size() > limits_.message_bytes_max) {
    refuse(client, bytes,
           {Code::message_too_large,
            fmt::format("{} bytes, the limit is {}", bytes.size(), limits_.message_bytes_max)},
           std::nullopt, std::nullopt, now);
    return;
  }
  const auto submit = decode_submit(bytes, limits_.commands_per_message_max);
  if (!submit) {
    const auto& head = submit.error().head;
    refuse(client, bytes, submit.error().problem, head ? std::optional(head->number) : std::nullopt,
           std::nullopt, now);
    return;
  }
  std::vector<Arrival> arrivals;
  arrivals.reserve(submit->items.size());
  for (std::size_t index = 0; index < submit->items.size(); ++index) {
    const Submit::Item& item = submit->items[index];
    if (!item.decoded) {
      refuse(client, item.packed, item.decoded.error(), submit->head.number, index, now);
      continue;
    }
    const Command& command = item.decoded->command;
    observer_.received(command);
    arrivals.push_back(
        {index, shard_of(command.wallet, static_cast<std::uint16_t>(queues_.size())), command});
  }
  counters_.received += arrivals.size();
  accept(client, *submit, arrivals, now);
}

void RouterLogic::on_client_nonsense(std::string_view client, std::string_view bytes, const Problem& problem,
                                     TimeUs now) {
  refuse(client, bytes, problem, std::nullopt, std::nullopt, now);
}

void RouterLogic::accept(std::string_view client, const Submit& submit, const std::vector<Arrival>& arrivals,
                         TimeUs now) {
  // A message's part for one shard is taken whole or not at all.
  std::vector<std::size_t> part(queues_.size());
  for (const Arrival& arrival : arrivals) {
    ++part[arrival.shard.value()];
  }
  std::vector<bool> fits(queues_.size());
  for (std::size_t shard = 0; shard < queues_.size(); ++shard) {
    fits[shard] = queues_[shard].size() + part[shard] <= limits_.queue_commands_max;
  }
  for (const Arrival& arrival : arrivals) {
    ShardQueue& queue = queues_[arrival.shard.value()];
    if (!fits[arrival.shard.value()]) {
      ++counters_.overloaded;
      answer(client, submit.head.number, arrival.index,
             refusal(Code::overloaded, fmt::format("the queue of shard {} is full", arrival.shard.value()),
                     limits_.overloaded_retry_ms));
      continue;
    }
    queue.push({std::string(client), std::nullopt, submit.head.number, arrival.index}, arrival.command,
               submit.items[arrival.index].packed, now);
    observer_.queued(arrival.command, arrival.shard, queue.size());
  }
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
  answers_[std::string(client)].add(number, index, writer.view());
}

Result<void> RouterLogic::on_shard(std::string_view peer, std::string_view bytes, TimeUs now) {
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
  for (const AnsweredCommand& answered : queues_[results.shard.value()].on_results(results, now)) {
    ++counters_.answered;
    answers_[answered.origin.client].add(answered.origin.number, answered.origin.index, answered.body);
  }
}

RouterEffects RouterLogic::flush() {
  RouterEffects effects;
  effects.refused = std::move(refused_);
  refused_.clear();
  for (std::size_t shard = 0; shard < queues_.size(); ++shard) {
    for (std::string& work : queues_[shard].next_work()) {
      effects.to_shards.push_back(
          {ShardIndex(static_cast<std::uint16_t>(shard)), queues_[shard].peer(), std::move(work)});
    }
  }
  for (auto& [client, builder] : answers_) {
    effects.to_clients.push_back({client, builder.take()});
  }
  answers_.clear();
  return effects;
}

RouterStatus RouterLogic::status() const {
  RouterStatus status = counters_;
  for (const ShardQueue& queue : queues_) {
    status.shards.push_back(queue.status());
  }
  return status;
}

}  // namespace florin
