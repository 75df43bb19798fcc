#pragma once

/// Links as ZeroMQ behaves. What they do, and why just this:
///
///   ordered      one connection is one TCP or ipc stream: nothing is duplicated, corrupted or reordered in
///   it delayed      each message by its own time, now and then by a long one fair         a ROUTER reads its
///   connections in turn, so messages of two connections meet in any order; the old
///                connection of a peer and its new one are two
///   cut          what was in the kernel's buffers is lost: of what was under way a prefix arrives, what
///   follows
///                it is lost. What still waited in a DEALER's own queue stays there and goes out over the
///                next connection, so the loss is in the middle. With ZMQ_IMMEDIATE the queue goes with the
///                connection
///   mended       the ROUTER sees a new routing id; the old one is no such peer (ROUTER_MANDATORY), but only
///   once
///                the ROUTER has noticed the cut, and until then what it sends there is lost
///   full         at its high-water mark a socket takes no more and says so; PUB drops instead
///   PUB          drops anything at any time, for each subscriber alone: it has high-water marks, and
///   subscriptions
///                take time to arrive
///   killed       queues of a killed process are gone; what it sent may arrive up to some message, and no
///   further
///
/// A Plug is a connecting socket (DEALER, SUB), a Door a bound one (ROUTER, PUB). Both belong to an actor and
/// are gone with it. Plugs find doors by address, whichever of them is there first.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "tests/simulation/process.hpp"

namespace florin::sim {

struct Message {
  std::string topic;  ///< of PUB only
  std::string bytes;
  bool single_frame = true;
};

enum class Sent : std::uint8_t { sent, full, no_such_peer };

struct SocketSettings {
  std::size_t high_water_mark = 1000;
  bool immediate = false;  ///< ZMQ_IMMEDIATE: queue nothing while there is no connection
};

/// Which way a message goes: from the plug of `owner` to the door at `address`, or back.
struct Route {
  std::string_view owner;
  std::string_view address;
  bool to_door = true;
};
/// What may be done to a message as it enters a link: bugs are planted here. Gives false to lose it.
using Rewrite = std::function<bool(const Route& route, std::string& bytes)>;

class Plug;
class Door;

class Network {
 public:
  Network(Scheduler& scheduler, Trace& trace, Random random)
      : scheduler_(scheduler), trace_(trace), random_(random) {}

  /// Cuts some link, for a time.
  void cut_one();
  /// Makes some link slow for a time.
  void slow_one();
  /// Mends all links; nothing is slow or dropped from now on.
  void heal();

  std::uint64_t pub_drop_per_mille = 0;
  Rewrite rewrite;

 private:
  friend class Plug;
  friend class Door;
  struct Address {
    Door* door = nullptr;
    std::vector<Plug*> plugs;
  };

  Scheduler& scheduler_;
  Trace& trace_;
  Random random_;
  std::map<std::string, Address> addresses_;
  std::vector<Plug*> plugs_;
  std::uint64_t next_peer_ = 1;
};

class Plug {
 public:
  Plug(Network& network, Actor& owner, std::string address, const SocketSettings& settings = {});
  ~Plug();
  Plug(const Plug&) = delete;
  Plug& operator=(const Plug&) = delete;

  Sent send(std::string bytes) { return send({{}, std::move(bytes), true}); }
  Sent send(Message message);
  [[nodiscard]] std::optional<Message> receive();
  [[nodiscard]] bool connected() const { return connected_; }
  /// How much waits here, read by nobody or sent by nobody.
  [[nodiscard]] std::size_t queued() const { return waiting_.size() + inbox_.size(); }

 private:
  friend class Network;
  friend class Door;
  struct Flying {
    TimeUs arrives;
    Message message;
  };

  Sent try_send(Message message);
  void connect_after(std::int64_t delay_us);
  void connect();
  void cut(std::int64_t for_us);
  void disconnect(bool plug_stays);
  void fly(std::deque<Flying>& wire, Message message, bool to_door);
  void schedule(const std::deque<Flying>& wire, bool to_door);
  void arrive(bool to_door);
  void take_in(Message message);
  void take_from_door(Message message);  ///< the door sends to this plug
  [[nodiscard]] bool full_to_plug() const;
  [[nodiscard]] std::int64_t latency_us();

  Network& network_;
  Actor& owner_;
  const std::string address_;
  const SocketSettings settings_;
  bool connected_ = false;
  TimeUs cut_until_;
  TimeUs slow_until_;
  std::string peer_;             ///< the routing id of this connection
  std::deque<Message> waiting_;  ///< in the socket's own queue
  std::deque<Flying> to_door_;
  std::deque<Flying> to_plug_;
  std::deque<Message> inbox_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  std::shared_ptr<int> connection_;  ///< a new one for each connection
};

class Door {
 public:
  Door(Network& network, Actor& owner, std::string address, const SocketSettings& settings = {});
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  struct Routed {
    std::string peer;
    Message message;
  };
  [[nodiscard]] std::optional<Routed> receive();
  Sent send(const std::string& peer, std::string bytes);
  void publish(const std::string& topic, const std::string& bytes);

 private:
  friend class Plug;
  friend class Network;
  struct Peer {
    Plug* plug = nullptr;  ///< none once the connection is gone
    bool gone = false;     ///< and that has been noticed
    std::deque<Message> inbox;
  };

  void forget(const std::string& peer);

  Network& network_;
  Actor& owner_;
  const std::string address_;
  const SocketSettings settings_;
  std::map<std::string, Peer> peers_;
  std::size_t unread_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace florin::sim
