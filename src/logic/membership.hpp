#pragma once

/// The router's view of the workers: who is alive, who holds which shard, and who should.
///
///     ALIVE ──> members ──place_shards──> a shard's owner changes ──> PLACEMENT
///
///     shard:   free ──told──> owned ──another should have it──> withdrawn ──its owner claims it no more──>
///     free
///               ^               │
///               └──its owner is gone, or claims it no more──────────────────────────────────────────────┘
///
/// A shard is told to its next owner only when its present one has said that it let go, or is not heard any
/// more. That is courtesy, not safety: the lock of the shard's directory decides, and whoever claims to have
/// it is the owner, whatever was told. A restarted router learns everything from the claims, so it tells
/// nobody anything new before all have had the time to speak.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/strong.hpp"
#include "logic/placement.hpp"
#include "protocol/ownership.hpp"

namespace florin {

struct MembershipLimits {
  std::uint32_t dead_after_ms = 2000;  ///< without ALIVE
  std::uint32_t settle_ms = 750;       ///< after the router's start, until somebody is told something new
  std::uint32_t repeat_ms = 50;        ///< how often PLACEMENT is said without need: notices who is gone
};

class Membership {
 public:
  Membership(std::uint16_t shards, Incarnation incarnation, const MembershipLimits& limits)
      : incarnation_(incarnation), limits_(limits), places_(shards) {}

  /// `peer` is where the worker's control thread can be reached. A claim of no such shard is not listened to.
  void on_alive(std::string_view peer, const Alive& alive, TimeUs now);
  /// The connection is no more. Who was there is forgotten, unless he has another by now.
  void on_gone(std::string_view peer);

  struct Message {
    std::string peer;
    std::string bytes;
  };
  /// Forgets who was not heard for too long, and gives what is to be said now. Costs little where nothing is.
  [[nodiscard]] std::vector<Message> tick(TimeUs now);
  /// Shards whose owners were told to let go since the last call: they get no more work.
  [[nodiscard]] std::vector<ShardIndex> take_withdrawn() { return std::exchange(withdrawn_, {}); }
  /// Shards whose locks turned out to be with somebody who was not told so: they stay there.
  [[nodiscard]] std::vector<ShardIndex> take_staying() { return std::exchange(staying_, {}); }

  struct WorkerStatus {
    std::string name;
    TimeUs heard;
    bool pinned = false;
    bool leaving = false;
    std::vector<Claim> claims;
  };
  [[nodiscard]] std::vector<WorkerStatus> workers() const;
  /// Deaths noticed, by silence or a lost connection.
  [[nodiscard]] std::uint64_t deaths() const { return deaths_; }

 private:
  struct Member {
    std::string peer;
    Alive alive;
    TimeUs heard;
    TimeUs told;               ///< when PLACEMENT was said last
    std::uint64_t number = 0;  ///< of that one

    [[nodiscard]] const Claim* claim_of(std::size_t shard) const;
  };
  struct Place {
    std::optional<Id128> owner;  ///< who holds it, or was told to
    bool withdrawn = false;      ///< he was told to let go
    std::uint64_t since = 0;     ///< the number of the PLACEMENT that said either
  };

  [[nodiscard]] Member* find(const Id128& worker);
  [[nodiscard]] Member* claimant(std::size_t shard);
  void forget_silent(TimeUs now);
  void place(TimeUs now);
  void listen(std::size_t shard);
  /// Gives each shard to whoever should have it.
  void spread();
  void move_to(std::size_t shard, const std::optional<Id128>& target);
  [[nodiscard]] std::string placement_of(const Member& member) const;

  const Incarnation incarnation_;
  const MembershipLimits limits_;
  std::vector<Member> members_;  ///< in the order in which they came
  std::vector<Place> places_;
  std::vector<ShardIndex> withdrawn_;
  std::vector<ShardIndex> staying_;
  std::optional<TimeUs> began_;
  std::uint64_t number_ = 1;  ///< of the PLACEMENTs
  bool changed_ = false;
  std::uint64_t deaths_ = 0;
};

}  // namespace florin
