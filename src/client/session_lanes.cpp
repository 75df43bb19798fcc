// Of a session: its commands, and the lanes in which those of one wallet keep their order.

#include <algorithm>

#include "client/session.hpp"
#include "protocol/reader.hpp"

namespace florin {

namespace {

/// A hash of the wallet and the id. A command too broken to tell its id is decided by no id.
std::uint64_t content_of(const WalletId& wallet, std::string_view packed) {
  Reader reader(packed);
  (void)reader.array("command");
  (void)reader.uint("kind");
  const std::string_view id = reader.text("id", kNameMax);
  return absl::HashOf(wallet.view(), reader.ok() ? id : packed);
}

}  // namespace

void Session::add(std::uint64_t tag, const WalletId& wallet, std::string packed) {
  Lane& lane = lane_of(wallet);
  ++unanswered_;
  Parked command{tag, content_of(wallet, packed), std::move(packed)};
  if (lane.parked.empty() && !contents_.contains(command.content)) {
    take(lane, std::move(command));
  } else {
    lane.parked.push_back(std::move(command));
  }
}

Session::Lane& Session::lane_of(const WalletId& wallet) {
  std::unique_ptr<Lane>& lane = lanes_[wallet];
  if (lane == nullptr) {
    lane = std::make_unique<Lane>();
    lane->wallet = wallet;
    lane->serial = next_lane_++;
  }
  return *lane;
}

void Session::take_parked(Lane& lane) {
  while (!lane.parked.empty() && !contents_.contains(lane.parked.front().content)) {
    take(lane, std::move(lane.parked.front()));
    lane.parked.pop_front();
  }
}

void Session::take(Lane& lane, Parked command) {
  std::size_t slot = items_.size();
  if (free_slots_.empty()) {
    items_.emplace_back();
  } else {
    slot = free_slots_.back();
    free_slots_.pop_back();
  }
  Item& item = items_[slot];
  item.serial = next_serial_++;
  item.tag = command.tag;
  item.lane = &lane;
  item.content = command.content;
  contents_.insert(item.content);
  item.packed = std::move(command.packed);
  link(lane, slot);
  if (lane.held) {
    item.place = Place::held;
  } else {
    make_ready(slot);
  }
}

std::size_t Session::in_flight_commands_max() const {
  const std::size_t own = settings_.in_flight_commands_max;
  return welcome_ ? std::min<std::size_t>(own, welcome_->limits.in_flight_commands_max) : own;
}

Session::Item* Session::find(const ItemRef& ref) {
  Item& item = items_[ref.slot];
  return item.serial == ref.serial ? &item : nullptr;
}

void Session::link(Lane& lane, std::size_t slot) {
  items_[slot].older = lane.newest;
  (lane.newest == kNoSlot ? lane.oldest : items_[lane.newest].newer) = slot;
  lane.newest = slot;
}

void Session::unlink(const Item& item) {
  (item.older == kNoSlot ? item.lane->oldest : items_[item.older].newer) = item.newer;
  (item.newer == kNoSlot ? item.lane->newest : items_[item.newer].older) = item.older;
}

void Session::make_ready(std::size_t slot) {
  Item& item = items_[slot];
  item.place = Place::ready;
  item.ticket = next_ticket_++;
  ready_.push_back({{slot, item.serial}, item.ticket});
}

/// The item is in no message any more.
void Session::land(Item& item) {
  item.place = Place::held;
  --flying_;
  --item.lane->flying;
}

void Session::hold(Lane& lane, TimeUs release_at) {
  lane.release_at = std::max(lane.release_at, release_at);
  if (lane.held) {
    return;
  }
  lane.held = true;
  ++lane.setbacks;
  for (std::size_t slot = lane.oldest; slot != kNoSlot; slot = items_[slot].newer) {
    if (items_[slot].place == Place::ready) {
      items_[slot].place = Place::held;  // which voids its place among the ready
    }
  }
}

/// To be called whenever a command of the lane has landed or the lane was held.
void Session::schedule_release(Lane& lane) {
  if (lane.held && lane.flying == 0) {
    releases_.emplace(LaneTimer{lane.release_at, lane.serial}, &lane);
  }
}

void Session::release_due(TimeUs now) {
  while (!releases_.empty() && releases_.begin()->first.first <= now) {
    Lane& lane = *releases_.begin()->second;
    if (lane.refused != 0 && items_[lane.oldest].serial < lane.refused) {
      start_over(now);  // its answer is missing, and the router would refuse it until it has the refused one
      return;
    }
    releases_.erase(releases_.begin());
    lane.held = false;
    lane.refused = 0;
    lane.release_at = TimeUs();
    for (std::size_t slot = lane.oldest; slot != kNoSlot; slot = items_[slot].newer) {
      make_ready(slot);
    }
  }
}

void Session::finish(const ItemRef& ref, const Answer& answer) {
  Item& item = items_[ref.slot];
  Lane& lane = *item.lane;
  const std::uint64_t tag = item.tag;
  unlink(item);
  contents_.erase(item.content);
  flying_max_ += flying_max_ < in_flight_commands_max() ? 1 : 0;
  taken_over_ -= taken_over_ > 0 ? 1 : 0;
  item = Item();
  free_slots_.push_back(ref.slot);
  --unanswered_;
  if (!lane.held) {
    lane.setbacks = 0;
  }
  take_parked(lane);
  if (lane.oldest == kNoSlot) {
    lanes_.erase(WalletId(lane.wallet));  // a copy: the lane goes with it
  } else {
    schedule_release(lane);
  }
  on_answer_(tag, answer);
}

}  // namespace florin
