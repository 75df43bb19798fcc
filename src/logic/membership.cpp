#include "logic/membership.hpp"

#include <algorithm>

#include "base/wait.hpp"

namespace florin {

namespace {

constexpr std::int64_t kUsPerMs = 1000;

}  // namespace

const Claim* Membership::Member::claim_of(std::size_t shard) const {
  const auto found = std::find_if(alive.claims.begin(), alive.claims.end(),
                                  [shard](const Claim& claim) { return claim.shard.value() == shard; });
  return found == alive.claims.end() ? nullptr : &*found;
}

Membership::Member* Membership::find(const Id128& worker) {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&worker](const Member& member) { return member.alive.worker == worker; });
  return found == members_.end() ? nullptr : &*found;
}

void Membership::on_alive(std::string_view peer, const Alive& alive, TimeUs now) {
  Member* member = find(alive.worker);
  if (member == nullptr) {
    member = &members_.emplace_back();
  }
  member->peer = peer;
  member->alive = alive;
  member->heard = now;
  std::erase_if(member->alive.claims,
                [this](const Claim& claim) { return claim.shard.value() >= places_.size(); });
  changed_ = true;
}

void Membership::on_gone(std::string_view peer) {
  const std::size_t gone =
      std::erase_if(members_, [peer](const Member& member) { return member.peer == peer; });
  deaths_ += gone;
  changed_ = changed_ || gone > 0;
}

std::vector<Membership::Message> Membership::tick(TimeUs now) {
  began_ = began_.value_or(now);
  forget_silent(now);
  const bool settled = wait_is_over(now, *began_, limits_.settle_ms * kUsPerMs);
  if (changed_ || !settled) {
    place(now);
  }
  changed_ = !settled;  // the end of that time is a change, too
  std::vector<Message> messages;
  for (Member& member : members_) {
    if (member.number != number_ || wait_is_over(now, member.told, limits_.repeat_ms * kUsPerMs)) {
      member.number = number_;
      member.told = now;
      messages.push_back({member.peer, placement_of(member)});
    }
  }
  return messages;
}

void Membership::forget_silent(TimeUs now) {
  const std::size_t silent = std::erase_if(members_, [this, now](const Member& member) {
    return now >= member.heard.plus(limits_.dead_after_ms * kUsPerMs);
  });
  deaths_ += silent;
  changed_ = changed_ || silent > 0;
}

/// Whoever says that it has the shard's lock.
Membership::Member* Membership::claimant(std::size_t shard) {
  const auto found = std::find_if(members_.begin(), members_.end(), [shard](const Member& member) {
    const Claim* claim = member.claim_of(shard);
    return claim != nullptr && has_lock(claim->hold);
  });
  return found == members_.end() ? nullptr : &*found;
}

/// Brings the shard's place up to what its owner and others have said.
void Membership::listen(std::size_t shard) {
  Place& place = places_[shard];
  const Member* owner = place.owner ? find(*place.owner) : nullptr;
  if (place.owner && owner == nullptr) {
    place = {};
  }
  if (owner != nullptr && owner->claim_of(shard) == nullptr &&
      (owner->alive.pinned ||
       (owner->alive.incarnation == incarnation_ && owner->alive.number >= place.since))) {
    place = {};  // it has let go
    owner = nullptr;
  }
  const Claim* own = owner != nullptr ? owner->claim_of(shard) : nullptr;
  if (own != nullptr && has_lock(own->hold)) {
    return;
  }
  if (const Member* holder = claimant(shard)) {
    place = {holder->alive.worker, false, ++number_};
    staying_.emplace_back(static_cast<std::uint16_t>(shard));
  }
}

void Membership::place(TimeUs now) {
  for (std::size_t shard = 0; shard < places_.size(); ++shard) {
    listen(shard);
  }
  if (wait_is_over(now, *began_, limits_.settle_ms * kUsPerMs)) {
    spread();
  }
}

void Membership::spread() {
  std::vector<Id128> takers;
  for (const Member& member : members_) {
    if (!member.alive.pinned && !member.alive.leaving) {
      takers.push_back(member.alive.worker);
    }
  }
  // What is pinned is nobody's to spread, and what is on its way is nobody's yet.
  std::vector<std::size_t> shards;
  Holders holders;
  for (std::size_t shard = 0; shard < places_.size(); ++shard) {
    const auto& owner = places_[shard].owner;
    if (owner && find(*owner)->alive.pinned) {
      continue;
    }
    const bool stays = owner && !places_[shard].withdrawn;
    const auto taker = stays ? std::find(takers.begin(), takers.end(), *owner) : takers.end();
    shards.push_back(shard);
    holders.push_back(taker == takers.end()
                          ? std::nullopt
                          : std::optional(static_cast<std::size_t>(taker - takers.begin())));
  }
  const Holders placed = place_shards(holders, takers.size());
  for (std::size_t i = 0; i < shards.size(); ++i) {
    move_to(shards[i], placed[i] ? std::optional(takers[*placed[i]]) : std::nullopt);
  }
}

void Membership::move_to(std::size_t shard, const std::optional<Id128>& target) {
  Place& place = places_[shard];
  if (place.owner == target || place.withdrawn) {
    return;
  }
  if (place.owner) {
    place.withdrawn = true;
    const Claim* claim = find(*place.owner)->claim_of(shard);
    if (claim == nullptr || has_lock(claim->hold)) {  // else somebody else has it, and may go on
      withdrawn_.emplace_back(static_cast<std::uint16_t>(shard));
    }
  } else {
    place.owner = target;
  }
  place.since = ++number_;
}

std::string Membership::placement_of(const Member& member) const {
  Placement placement{incarnation_, number_, {}};
  for (std::size_t shard = 0; shard < places_.size(); ++shard) {
    if (places_[shard].owner == member.alive.worker && !places_[shard].withdrawn) {
      placement.shards.emplace_back(static_cast<std::uint16_t>(shard));
    }
  }
  return encode_placement(placement);
}

std::vector<Membership::WorkerStatus> Membership::workers() const {
  std::vector<WorkerStatus> workers;
  for (const Member& member : members_) {
    workers.push_back(
        {member.alive.name, member.heard, member.alive.pinned, member.alive.leaving, member.alive.claims});
  }
  return workers;
}

}  // namespace florin
