#include "tests/support/shard_driver.hpp"

#include "base/invariant.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {

namespace {

Answer read_answer(std::string_view body) {
  Reader reader(body);
  auto answer = decode_answer_body(reader);
  reader.finish();
  invariant(answer.has_value() && reader.ok(), "a shard sends answers that can be read");
  return *answer;
}

}  // namespace

Id128 test_lineage() {
  return fixed_from<Id128>("florin-test-line");
}

ShardStep decoded(const ShardEffects& effects) {
  ShardStep step;
  step.event = effects.event;
  if (!effects.ready.empty()) {
    step.ready = decode_ready(effects.ready).value();
  }
  if (!effects.results.empty()) {
    auto results = decode_results(effects.results).value();
    for (const TicketAnswer& answer : results.answers) {
      step.answers.push_back(read_answer(answer.body));
      step.tickets.push_back(answer.ticket);
    }
    results.answers.clear();
    step.results = std::move(results);
  }
  return step;
}

ShardDriver::ShardDriver(ShardStore& store, ShardIndex shard)
    : logic_(store, {test_lineage(), shard, "test-worker", 50, 5000}, observer_) {}

Epoch ShardDriver::start() {
  for (int i = 0; i < 100; ++i) {
    const ShardStep taken = step();
    if (taken.ready && status().phase != ShardPhase::opening) {
      epoch = taken.ready->epoch;
      next_number = 1;
      return epoch;
    }
    advance_ms(100);
  }
  invariant(false, "a shard becomes ready");
  return {};
}

void ShardDriver::send(std::span<const Command> commands) {
  send_raw(epoch, next_number, commands, anew_);
  anew_ = false;
}

void ShardDriver::send_anew(std::span<const Command> commands) {
  anew_ = true;
  send(commands);
}

void ShardDriver::send_raw(Epoch of_epoch, std::uint64_t number, std::span<const Command> commands,
                           bool anew) {
  std::vector<std::string> bytes;
  bytes.reserve(commands.size());
  for (const Command& command : commands) {
    bytes.push_back(packed(command));
  }
  send_packed(of_epoch, number, bytes, anew);
}

void ShardDriver::send_traced(std::span<const TracedCommand> commands) {
  std::vector<std::string> bytes;
  for (const TracedCommand& command : commands) {
    Writer writer;
    encode_command(writer, command);
    bytes.push_back(std::move(writer).take());
  }
  send_packed(epoch, next_number, bytes, anew_);
  anew_ = false;
}

void ShardDriver::send_packed(Epoch of_epoch, std::uint64_t number, std::span<const std::string> commands,
                              bool anew) {
  Work work{incarnation, of_epoch, number, anew, {}};
  next_number = number + 1;
  for (const std::string& command : commands) {
    work.items.push_back({Ticket(next_ticket_++), ClientName("tester"), now, now, command, false});
  }
  logic_.receive(encode_work(work));
}

ShardStep ShardDriver::step() {
  ShardStep step = decoded(logic_.step(now));
  anew_ = anew_ || (step.ready && step.ready->next == 0);
  return step;
}

Answer ShardDriver::decide(const Command& command) {
  return decide_all({&command, 1}).front();
}

std::vector<Answer> ShardDriver::decide_all(std::span<const Command> commands) {
  send(commands);
  auto answers = step().answers;
  invariant(answers.size() == commands.size(), "one step answers one small batch");
  return answers;
}

std::vector<Answer> ShardDriver::decide_all_traced(std::span<const TracedCommand> commands) {
  send_traced(commands);
  auto answers = step().answers;
  invariant(answers.size() == commands.size(), "one step answers one small batch");
  return answers;
}

}  // namespace florin::test
