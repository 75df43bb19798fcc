#include "logic/queries.hpp"
#include "logic/router_logic.hpp"
#include "logic/subscription.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/golden.hpp"
#include "tests/support/journal_builder.hpp"
#include "tests/support/memory_inbox_store.hpp"
#include "tests/support/memory_shard_store.hpp"
#include "tests/support/recording_handler.hpp"
#include "tests/support/shard_driver.hpp"

namespace florin::test {

namespace {

constexpr TimeUs kNow{1'700'000'100'000'000};
/// The router has heard all workers by then.
constexpr std::int64_t kSettledUs = 1'000'000;

/// What a connection of the back end says to a router that has work for it.
Finding run_router_back_end(std::string_view bytes) {
  FlowObserver observer;
  MemoryInboxStore inbox;
  InboxIndex index;
  RouterLogic router(2, Incarnation(3), {}, RefusedSequence(), inbox, index, observer);
  const std::vector<TracedCommand> commands{{open_wallet("o", "w"), {}}, {deposit("d", "v", 5), {}}};
  router.on_client("a", encode_submit(1, commands), kNow);
  for (int i = 0; i < 2; ++i) {  // the second time something is under way
    static_cast<void>(router.on_shard("worker", bytes, kNow));
    for (const Membership::Message& message : router.place_shards(kNow.plus(i * kSettledUs))) {
      if (!decode_placement(message.bytes)) {
        return "a PLACEMENT made of what the back end said cannot be read";
      }
    }
    for (const ToClient& message : router.flush(kNow).to_clients) {
      if (!decode_answers(message.bytes)) {
        return "an ANSWERS made of what the back end said cannot be read";
      }
    }
  }
  return {};
}

std::vector<std::string> samples_of(std::initializer_list<std::string_view> formats) {
  std::vector<std::string> bytes;
  for (const GoldenSample& sample : golden_samples()) {
    for (const std::string_view format : formats) {
      if (sample.name.starts_with(format)) {
        bytes.push_back(sample.bytes);
      }
    }
  }
  return bytes;
}

FuzzTarget router_back_end() {
  FuzzTarget target{"router_back_end", run_router_back_end, samples_of({"ready", "results", "alive"})};
  target.seeds.push_back(encode_ready({ShardIndex(1), Epoch(1), "w", Incarnation(3), 0, 0}));
  return target;
}

/// The first byte says through which door the rest comes to a consumer that is waiting for a page.
Finding run_subscription(std::string_view bytes) {
  RecordingHandler handler;
  Subscription subscription(1, test_lineage(), {}, {}, handler);
  static_cast<void>(subscription.fetches(kNow));
  const std::string_view rest = bytes.substr(bytes.empty() ? 0 : 1);
  switch (bytes.empty() ? 0 : bytes[0] % 3) {
    case 0: subscription.on_event(rest); break;
    case 1: subscription.on_head(rest); break;
    default: subscription.on_reply(ShardIndex(), rest); break;
  }
  for (std::size_t i = 0; i < handler.ordinals.size(); ++i) {
    if (handler.ordinals[i] != i + 1) {
      return "records are handed over out of order";
    }
  }
  static_cast<void>(subscription.fetches(kNow.plus(10'000'000)));
  return {};
}

FuzzTarget subscription() {
  MemoryShardStore store(test_lineage(), ShardIndex());
  JournalBuilder journal(store);
  journal.open_epoch();
  journal.commit(std::vector<Command>{open_wallet("o", "w"), withdraw("x", "w", 5)});
  const auto ask = shard_queries(store, [] { return std::string("\x80"); });
  RecordingHandler handler;
  Subscription asking(1, test_lineage(), {}, {}, handler);
  FuzzTarget target{"subscription", run_subscription, {}};
  for (const std::string& record : store.journal()) {
    target.seeds.push_back(std::string(1, '\0') + record);
  }
  for (const std::string& head : samples_of({"position"})) {
    target.seeds.push_back("\x01" + head);
  }
  for (const Fetch& fetch : asking.fetches(kNow)) {
    target.seeds.push_back("\x02" + ask(fetch.query));
  }
  return target;
}

}  // namespace

FuzzTargets peer_targets() {
  return {router_back_end(), subscription()};
}

}  // namespace florin::test
