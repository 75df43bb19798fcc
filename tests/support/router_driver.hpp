#pragma once

/// Drives the router's logic by hand: speaks as clients and as shards, and reads what it sends.

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "logic/router_logic.hpp"
#include "tests/support/memory_inbox_store.hpp"

namespace florin::test {

/// Of every router that is driven by hand.
inline constexpr Incarnation kRouterIncarnation{5};

/// What one flush sent, decoded.
struct RouterSent {
  std::vector<RefusedRecord> refused;
  std::map<std::uint16_t, std::vector<Work>> work;              ///< by shard
  std::map<std::string, std::vector<AddressedAnswer>> answers;  ///< by client
  std::map<std::string, Welcome> welcomes;                      ///< by client, the last
  std::map<std::string, std::vector<GoBack>> go_backs;          ///< by client

  /// The ids of all commands sent to a shard, in order.
  [[nodiscard]] std::vector<std::string> ids(std::uint16_t shard = 0) const;
};

class RouterDriver {
 public:
  explicit RouterDriver(std::uint16_t shards = 1, const RouterLimits& limits = {},
                        std::uint64_t refused_so_far = 0, const MemoryInboxStore& found = {});

  void submit(std::string_view client, std::uint64_t number, std::span<const Command> commands);
  void submit_raw(std::string_view client, std::string_view bytes) { logic.on_client(client, bytes, now); }
  /// The READY of a shard that was just opened.
  void ready(std::uint16_t shard = 0, std::uint64_t epoch = 1);
  void ready(const Ready& ready, std::string_view peer = "worker");
  /// Answers these tickets with a refusal that says the ticket. Counts the messages of each epoch.
  void results(std::span<const std::uint64_t> tickets, std::uint64_t epoch = 1, std::uint16_t shard = 0);
  void results(const Results& results);
  /// Answers one ticket of shard 0 in epoch 1 with this body.
  void answer_ticket(std::uint64_t ticket, std::string_view body);
  /// One RESULTS of shard 0 in epoch 1 is lost on its way.
  void skip_results() { ++results_sent_[{0, 1}]; }
  [[nodiscard]] RouterSent flush();

  TimeUs now{1'700'000'000'000'000};
  FlowObserver observer;
  MemoryInboxStore inbox;
  InboxIndex index;
  RouterLogic logic;

 private:
  std::map<std::pair<std::uint16_t, std::uint64_t>, std::uint64_t> results_sent_;  ///< by shard and epoch
};

}  // namespace florin::test
