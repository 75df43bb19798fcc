#include "tests/support/router_driver.hpp"

#include "base/invariant.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {

std::vector<std::string> RouterSent::ids(std::uint16_t shard) const {
  std::vector<std::string> ids;
  const auto sent = work.find(shard);
  if (sent == work.end()) {
    return ids;
  }
  for (const Work& message : sent->second) {
    for (const WorkItem& item : message.items) {
      Reader reader(item.packed);
      ids.emplace_back(decode_command(reader).value().command.id.view());
    }
  }
  return ids;
}

RouterDriver::RouterDriver(std::uint16_t shards, const RouterLimits& limits, std::uint64_t refused_so_far,
                           const MemoryInboxStore& found)
    : inbox(found),
      logic(shards, kRouterIncarnation, limits, RefusedSequence(refused_so_far), inbox, index, observer) {}

void RouterDriver::submit(std::string_view client, std::uint64_t number, std::span<const Command> commands) {
  std::vector<TracedCommand> traced;
  for (const Command& command : commands) {
    traced.push_back({command, {}});
  }
  submit_raw(client, encode_submit(number, traced));
}

void RouterDriver::ready(std::uint16_t shard, std::uint64_t epoch) {
  ready({ShardIndex(shard), Epoch(epoch), "worker", Incarnation(0), 0, 0});
}

void RouterDriver::ready(const Ready& ready, std::string_view peer) {
  invariant(logic.on_shard(peer, encode_ready(ready), now).has_value(), "the router takes a READY");
}

void RouterDriver::results(std::span<const std::uint64_t> tickets, std::uint64_t epoch, std::uint16_t shard) {
  std::vector<std::string> bodies;
  Results message{ShardIndex(shard), kRouterIncarnation, Epoch(epoch), ++results_sent_[{shard, epoch}], {}};
  for (const std::uint64_t ticket : tickets) {
    Writer body;
    encode_answer_body(body, refusal(Code::none, "ticket " + std::to_string(ticket)));
    bodies.push_back(std::move(body).take());
  }
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    message.answers.push_back({Ticket(tickets[i]), bodies[i]});
  }
  results(message);
}

void RouterDriver::results(const Results& results) {
  ResultsBuilder builder;
  for (const TicketAnswer& answer : results.answers) {
    builder.add(answer.ticket, answer.body);
  }
  const std::string bytes = builder.take(results.shard, results.incarnation, results.epoch, results.number);
  invariant(logic.on_shard("worker", bytes, now).has_value(), "the router takes RESULTS");
}

void RouterDriver::answer_ticket(std::uint64_t ticket, std::string_view body) {
  results({ShardIndex(0), kRouterIncarnation, Epoch(1), ++results_sent_[{0, 1}], {{Ticket(ticket), body}}});
}

RouterSent RouterDriver::flush() {
  RouterEffects effects = logic.flush(now);
  RouterSent sent;
  sent.refused = std::move(effects.refused);
  for (const ToShard& message : effects.to_shards) {
    sent.work[message.shard.value()].push_back(decode_work(message.bytes).value());
  }
  for (const ToClient& message : effects.to_clients) {
    if (const auto welcome = decode_welcome(message.bytes)) {
      sent.welcomes[message.client] = *welcome;
    } else if (const auto go_back = decode_go_back(message.bytes)) {
      sent.go_backs[message.client].push_back(*go_back);
    } else {
      const auto answers = decode_answers(message.bytes).value();
      auto& all = sent.answers[message.client];
      all.insert(all.end(), answers.begin(), answers.end());
    }
  }
  return sent;
}

}  // namespace florin::test
