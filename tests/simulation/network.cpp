#include "tests/simulation/network.hpp"

#include <algorithm>

#include "tests/simulation/describe.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kLatencyMinUs = 20;
constexpr std::int64_t kLatencyMaxUs = 400;
constexpr std::int64_t kSlowMinUs = 1'000;
constexpr std::int64_t kSlowMaxUs = 400'000;
constexpr std::int64_t kConnectMinUs = 100;
constexpr std::int64_t kConnectMaxUs = 100'000;
constexpr std::int64_t kNoticeMaxUs = 200'000;  ///< until a ROUTER has noticed that a peer is gone
constexpr std::int64_t kCutMinUs = 1'000;
constexpr std::int64_t kCutMaxUs = 2'000'000;
/// From the arrival of a message to the round that reads it.
constexpr std::int64_t kWakeUs = 5;

}  // namespace

void Network::cut_one() {
  std::vector<Plug*> candidates;
  std::copy_if(plugs_.begin(), plugs_.end(), std::back_inserter(candidates),
               [](const Plug* plug) { return plug->connected_; });
  if (!candidates.empty()) {
    candidates[random_.below(candidates.size())]->cut(random_.scaled(kCutMinUs, kCutMaxUs));
  }
}

void Network::slow_one() {
  if (!plugs_.empty()) {
    Plug& plug = *plugs_[random_.below(plugs_.size())];
    trace_.say("network", "{} to {} is slow", plug.owner_.name(), plug.address_);
    plug.slow_until_ = scheduler_.now().plus(random_.scaled(kSlowMinUs, kSlowMaxUs) * 4);
  }
}

void Network::heal() {
  pub_drop_per_mille = 0;
  for (Plug* plug : plugs_) {
    plug->cut_until_ = TimeUs();
    plug->slow_until_ = TimeUs();
  }
}

Plug::Plug(Network& network, Actor& owner, std::string address, const SocketSettings& settings)
    : network_(network), owner_(owner), address_(std::move(address)), settings_(settings) {
  network_.plugs_.push_back(this);
  network_.addresses_[address_].plugs.push_back(this);
  connect_after(network_.random_.scaled(kConnectMinUs, kConnectMaxUs));
}

Plug::~Plug() {
  disconnect(false);
  std::erase(network_.plugs_, this);
  std::erase(network_.addresses_[address_].plugs, this);
}

void Plug::connect_after(std::int64_t delay_us) {
  network_.scheduler_.after(delay_us, [this, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) {
      connect();
    }
  });
}

void Plug::connect() {
  Door* door = network_.addresses_[address_].door;
  if (connected_) {
    return;
  }
  if (door == nullptr || network_.scheduler_.now() < cut_until_) {
    connect_after(network_.random_.scaled(kConnectMinUs, kConnectMaxUs));
    return;
  }
  connected_ = true;
  connection_ = std::make_shared<int>();
  peer_ = fmt::format("{}#{}", owner_.name(), network_.next_peer_++);
  door->peers_[peer_].plug = this;
  network_.trace_.say("network", "{} is connected to {}", peer_, address_);
  for (Message& message : waiting_) {
    fly(to_door_, std::move(message), true);
  }
  waiting_.clear();
  owner_.wake_after(kWakeUs);
}

void Plug::cut(std::int64_t for_us) {
  network_.trace_.say("network", "{} to {} is cut for {} us", peer_, address_, for_us);
  cut_until_ = network_.scheduler_.now().plus(for_us);
  disconnect(true);
  connect_after(for_us);
}

void Plug::disconnect(bool plug_stays) {
  if (!connected_) {
    return;
  }
  connected_ = false;
  connection_.reset();
  Door* door = network_.addresses_[address_].door;
  // A prefix has arrived, what follows is lost, and the rest had not left the socket's own queue.
  const std::size_t arrived = network_.random_.below(to_door_.size() + 1);
  const std::size_t lost = network_.random_.below(to_door_.size() - arrived + 1);
  for (std::size_t i = 0; i < to_door_.size(); ++i) {
    if (i < arrived && door != nullptr) {
      take_in(std::move(to_door_[i].message));
    } else if (i >= arrived + lost && plug_stays && !settings_.immediate) {
      waiting_.push_back(std::move(to_door_[i].message));
    }
  }
  to_door_.clear();
  const std::size_t read = network_.random_.below(to_plug_.size() + 1);
  for (std::size_t i = 0; i < read && plug_stays; ++i) {
    inbox_.push_back(std::move(to_plug_[i].message));
    owner_.wake_after(kWakeUs);
  }
  to_plug_.clear();
  if (door != nullptr) {
    door->forget(peer_);
  }
}

Sent Plug::send(Message message) {
  const Sent sent = try_send(std::move(message));
  if (sent == Sent::full) {
    network_.trace_.say(owner_.name(), "finds its socket to {} full", address_);
  }
  return sent;
}

Sent Plug::try_send(Message message) {
  if (network_.rewrite && !network_.rewrite({owner_.name(), address_, true}, message.bytes)) {
    return Sent::sent;
  }
  if (!connected_) {
    if (settings_.immediate || waiting_.size() >= settings_.high_water_mark) {
      return Sent::full;
    }
    waiting_.push_back(std::move(message));
    return Sent::sent;
  }
  const Door* door = network_.addresses_[address_].door;
  const auto peer = door->peers_.find(peer_);
  const std::size_t unread = peer == door->peers_.end() ? 0 : peer->second.inbox.size();
  if (to_door_.size() + unread >= settings_.high_water_mark) {
    return Sent::full;
  }
  fly(to_door_, std::move(message), true);
  return Sent::sent;
}

std::optional<Message> Plug::receive() {
  if (inbox_.empty()) {
    return std::nullopt;
  }
  Message message = std::move(inbox_.front());
  inbox_.pop_front();
  return message;
}

std::int64_t Plug::latency_us() {
  const bool slow = network_.scheduler_.now() < slow_until_;
  return slow ? network_.random_.scaled(kSlowMinUs, kSlowMaxUs)
              : network_.random_.scaled(kLatencyMinUs, kLatencyMaxUs);
}

void Plug::fly(std::deque<Flying>& wire, Message message, bool to_door) {
  TimeUs arrives = network_.scheduler_.now().plus(latency_us());
  if (!wire.empty()) {
    arrives = std::max(arrives, wire.back().arrives);
  }
  wire.push_back({arrives, std::move(message)});
  if (wire.size() == 1) {
    schedule(wire, to_door);
  }
}

void Plug::schedule(const std::deque<Flying>& wire, bool to_door) {
  network_.scheduler_.at(wire.front().arrives, [this, to_door, connection = std::weak_ptr<int>(connection_)] {
    if (!connection.expired()) {
      arrive(to_door);
    }
  });
}

void Plug::arrive(bool to_door) {
  std::deque<Flying>& wire = to_door ? to_door_ : to_plug_;
  while (!wire.empty() && wire.front().arrives <= network_.scheduler_.now()) {
    Message message = std::move(wire.front().message);
    wire.pop_front();
    if (to_door) {
      take_in(std::move(message));
    } else {
      inbox_.push_back(std::move(message));
      owner_.wake_after(kWakeUs);
    }
  }
  if (!wire.empty()) {
    schedule(wire, to_door);
  }
}

/// The door's own queue for this connection.
void Plug::take_in(Message message) {
  Door& door = *network_.addresses_[address_].door;
  door.peers_[peer_].inbox.push_back(std::move(message));
  ++door.unread_;
  door.owner_.wake_after(kWakeUs);
}

bool Plug::full_to_plug() const {
  return to_plug_.size() + inbox_.size() >= settings_.high_water_mark;
}

void Plug::take_from_door(Message message) {
  if (!network_.rewrite || network_.rewrite({owner_.name(), address_, false}, message.bytes)) {
    fly(to_plug_, std::move(message), false);
  }
}

Door::Door(Network& network, Actor& owner, std::string address, const SocketSettings& settings)
    : network_(network), owner_(owner), address_(std::move(address)), settings_(settings) {
  network_.addresses_[address_].door = this;
}

Door::~Door() {
  network_.addresses_[address_].door = nullptr;
  for (Plug* plug : network_.addresses_[address_].plugs) {
    if (plug->connected_) {
      plug->disconnect(true);
      plug->connect_after(network_.random_.scaled(kConnectMinUs, kConnectMaxUs));
    }
  }
}

std::optional<Door::Routed> Door::receive() {
  if (unread_ == 0) {
    return std::nullopt;
  }
  std::vector<std::map<std::string, Peer>::iterator> readable;
  for (auto peer = peers_.begin(); peer != peers_.end(); ++peer) {
    if (!peer->second.inbox.empty()) {
      readable.push_back(peer);
    }
  }
  const auto chosen = readable[network_.random_.below(readable.size())];
  Routed routed{chosen->first, std::move(chosen->second.inbox.front())};
  chosen->second.inbox.pop_front();
  --unread_;
  if (chosen->second.gone && chosen->second.inbox.empty()) {
    peers_.erase(chosen);
  }
  return routed;
}

Sent Door::send(const std::string& peer, std::string bytes) {
  const auto found = peers_.find(peer);
  if (found == peers_.end() || found->second.gone) {
    return Sent::no_such_peer;
  }
  Plug* plug = found->second.plug;
  if (plug == nullptr) {
    return Sent::sent;  // into a connection that is gone, which has not been noticed yet
  }
  if (plug->full_to_plug()) {
    return Sent::full;
  }
  plug->take_from_door({{}, std::move(bytes), true});
  return Sent::sent;
}

void Door::publish(const std::string& topic, const std::string& bytes) {
  for (auto& [id, peer] : peers_) {
    if (peer.plug != nullptr && !peer.plug->full_to_plug() &&
        !network_.random_.chance(network_.pub_drop_per_mille)) {
      peer.plug->take_from_door({topic, bytes, true});
    }
  }
}

void Door::forget(const std::string& peer) {
  peers_[peer].plug = nullptr;
  network_.scheduler_.after(network_.random_.scaled(1, kNoticeMaxUs),
                            [this, peer, alive = std::weak_ptr<int>(alive_)] {
                              if (alive.expired()) {
                                return;
                              }
                              const auto found = peers_.find(peer);
                              if (found != peers_.end()) {
                                found->second.gone = true;
                                if (found->second.inbox.empty()) {
                                  peers_.erase(found);
                                }
                              }
                            });
}

}  // namespace florin::sim
