// What one transaction costs on its way, step by step, without sockets and disk.

#include <benchmark/benchmark.h>

#include "ledger/decide.hpp"
#include "protocol/batch_record.hpp"
#include "protocol/message.hpp"
#include "routing/shard_of.hpp"

namespace florin {
namespace {

Command payment() {
  Command command;
  command.kind = Kind::payment;
  command.wallet = WalletId("user-4711");
  command.id = TransactionId("pos7:01a206d385e1-66b5640d33b4");
  command.amount = MinorUnits(390);
  command.currency = *Currency::parse("EUR");
  command.merchant = Merchant("Cafe Florin");
  return command;
}

WalletState funded_wallet() {
  WalletState wallet;
  wallet.status = WalletStatus::open;
  wallet.currency = *Currency::parse("EUR");
  wallet.balance = MinorUnits(1'000'000'000);
  return wallet;
}

Entry decided_entry(SequenceNumber sequence) {
  const Command command = payment();
  const Decision decision = decide(command, funded_wallet());
  Side side{command.wallet, SequenceNumber(0), decision.after};
  side.after.version = WalletVersion(1);
  side.after.stands_at = sequence;
  return make_entry(command, {}, TimeUs(1'700'000'000'000'000), decision, side);
}

void decode_a_submit(benchmark::State& state) {
  const std::vector<TracedCommand> commands(static_cast<std::size_t>(state.range(0)),
                                            TracedCommand{payment(), {}});
  const std::string message = encode_submit(1, commands);
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode_submit(message, commands.size()));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(decode_a_submit)->Arg(1)->Arg(64);

void find_a_shard(benchmark::State& state) {
  const WalletId wallet = payment().wallet;
  for (auto _ : state) {
    benchmark::DoNotOptimize(shard_of(wallet, 4));
  }
}
BENCHMARK(find_a_shard);

void decide_a_payment(benchmark::State& state) {
  const Command command = payment();
  const WalletState wallet = funded_wallet();
  for (auto _ : state) {
    benchmark::DoNotOptimize(decide(command, wallet));
  }
}
BENCHMARK(decide_a_payment);

SealedRecord sealed_record(std::uint64_t entries) {
  BatchBuilder builder(genesis({}, ShardIndex(0)));
  for (std::uint64_t i = 1; i <= entries; ++i) {
    builder.add(decided_entry(SequenceNumber(i)));
  }
  return std::move(builder).seal();
}

void seal_a_record(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(sealed_record(static_cast<std::uint64_t>(state.range(0))));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(seal_a_record)->Arg(1)->Arg(64)->Arg(1000);

void read_a_record(benchmark::State& state) {
  const SealedRecord sealed = sealed_record(static_cast<std::uint64_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(read_record(sealed.bytes)->entries());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(read_a_record)->Arg(1)->Arg(64)->Arg(1000);

}  // namespace
}  // namespace florin
