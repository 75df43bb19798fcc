#include "tests/support/cluster.hpp"

#include <algorithm>

#include "base/invariant.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {

namespace {

constexpr std::string_view kClient = "client";

RouterLimits limits_of(const ClusterShape& shape) {
  RouterLimits limits;
  limits.work_commands_max = shape.work_commands_max;
  return limits;
}

}  // namespace

TestClock steady_clock() {
  return [now = TimeUs(1'700'000'000'000'000)]() mutable { return now = now.plus(1000); };
}

StoreMaker memory_stores() {
  return [](ShardIndex shard) { return std::make_unique<MemoryShardStore>(test_lineage(), shard); };
}

Cluster::Cluster(const ClusterShape& shape, TestClock clock, const StoreMaker& make_store)
    : shape_(shape),
      clock_(std::move(clock)),
      router_(shape.shards, Incarnation(1), limits_of(shape), RefusedSequence(0), inbox_, inbox_index_,
              observer_) {
  for (std::uint16_t i = 0; i < shape.shards; ++i) {
    Shard shard;
    shard.store = make_store(ShardIndex(i));
    shard.logic = std::make_unique<ShardLogic>(
        *shard.store, ShardSettings{test_lineage(), ShardIndex(i), "test", 50, 5000}, observer_);
    shards_.push_back(std::move(shard));
  }
}

std::vector<Answer> Cluster::run(std::span<const TracedCommand> commands) {
  const std::uint64_t first = next_message_;
  std::size_t in_round = 0;
  for (std::size_t at = 0; at < commands.size(); at += shape_.commands_per_message) {
    const auto part = commands.subspan(at, std::min(shape_.commands_per_message, commands.size() - at));
    router_.on_client(kClient, encode_submit(next_message_++, part), clock_());
    if (++in_round == shape_.messages_per_round) {
      round();
      in_round = 0;
    }
  }
  for (int rounds = 0; !idle(); ++rounds) {
    invariant(rounds < 100'000, "a cluster comes to rest");
    round();
  }
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    answers.push_back(
        answers_.at({first + i / shape_.commands_per_message, i % shape_.commands_per_message}));
  }
  return answers;
}

bool Cluster::idle() const {
  const RouterStatus status = router_.status();
  return std::all_of(status.shards.begin(), status.shards.end(),
                     [](const ShardQueue::Status& shard) { return shard.queued == 0 && shard.ready; });
}

void Cluster::round() {
  deliver(router_.flush(clock_()));
  const TimeUs now = clock_();
  for (Shard& shard : shards_) {
    step(shard, now);
  }
  deliver(router_.flush(clock_()));
}

void Cluster::deliver(const RouterEffects& effects) {
  for (const ToShard& message : effects.to_shards) {
    shards_.at(message.shard.value()).logic->receive(message.bytes);
  }
  for (const ToClient& message : effects.to_clients) {
    const auto answers = decode_answers(message.bytes);
    for (const AddressedAnswer& answer : answers.value()) {
      const bool first =
          answers_.emplace(std::pair(answer.number.value(), answer.index.value()), answer.answer).second;
      invariant(first, "a command is answered once");
    }
  }
}

void Cluster::step(Shard& shard, TimeUs now) {
  if (!shard.logic->has_work(now)) {
    return;
  }
  ShardEffects effects = shard.logic->step(now);
  for (const std::string* message : {&effects.results, &effects.ready}) {
    if (!message->empty()) {
      invariant(router_.on_shard("worker", *message, now).has_value(), "the router reads what a shard sends");
    }
  }
  if (!effects.event.empty()) {
    shard.events.push_back(std::move(effects.event));
  }
}

std::map<std::string, WalletState> wallets_of(Cluster& cluster) {
  std::map<std::string, WalletState> wallets;
  for (std::size_t i = 0; i < cluster.shards(); ++i) {
    for (WalletRow& row : cluster.store(i).snapshot()->wallets({}, SIZE_MAX).rows) {
      row.state.stands_at = SequenceNumber();
      const bool first = wallets.emplace(std::string(row.wallet.view()), row.state).second;
      invariant(first, "a wallet lives on one shard");
    }
  }
  return wallets;
}

}  // namespace florin::test
