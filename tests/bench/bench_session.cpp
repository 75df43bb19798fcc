// What a client's session costs the client, without a socket: each command added, sent and answered.

#include <benchmark/benchmark.h>

#include "client/session.hpp"
#include "tools/bench_workload.hpp"

namespace florin {
namespace {

std::string packed_answers(std::uint64_t number, std::size_t count) {
  Answer answer;
  answer.resolution = Resolution::success;
  answer.after.status = WalletStatus::open;
  Writer body;
  encode_answer_body(body, answer);
  AnswersBuilder answers;
  for (std::size_t i = 0; i < count; ++i) {
    answers.add(number, i, body.view());
  }
  return answers.take();
}

void answer_commands_of_a_session(benchmark::State& state) {
  const auto in_flight = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t kBatch = 64;
  const Workload workload({.seed = 1, .wallets = 10'000});
  std::vector<std::pair<WalletId, std::string>> commands;
  for (std::uint64_t number = 0; number < 100'000; ++number) {
    const Command command = workload.command(number);
    Writer writer;
    encode_command(writer, {command, {}});
    commands.emplace_back(command.wallet, std::move(writer).take());
  }
  Session session(
      {.in_flight_commands_max = in_flight, .commands_per_message_max = kBatch}, [] { return Id128(); },
      [](std::uint64_t, const Answer&) {});
  const TimeUs now(1);
  (void)session.outgoing(now);
  session.sent(now);
  session.on_message(
      encode_welcome({kProtocolVersion, session.nonce(), Incarnation(1), 1, {1U << 22U, kBatch, in_flight}}),
      now);
  std::size_t next = 0;
  std::uint64_t answered = 0;
  for (auto _ : state) {
    while (session.unanswered() + kBatch <= in_flight) {
      for (std::size_t i = 0; i < kBatch; ++i, next = (next + 1) % commands.size()) {
        session.add(next, commands[next].first, commands[next].second);
      }
    }
    while (session.outgoing(now)) {
      session.sent(now);
    }
    session.on_message(packed_answers(++answered, kBatch), now);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(answer_commands_of_a_session)->Arg(64)->Arg(9984);

}  // namespace
}  // namespace florin
