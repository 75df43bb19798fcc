#pragma once

/// What libzmq tells about the connections of a socket that is bound: who came, who went, and whose handshake
/// failed. It closes the connection of whoever sends a message over the hard limit, without a word to us;
/// that counts as one that ended.

#include <cstdint>
#include <string>
#include <zmq.hpp>

namespace florin {

struct ConnectionCounts {
  std::uint64_t accepted = 0;
  std::uint64_t ended = 0;  ///< by the peer or by libzmq, which does not say which
  std::uint64_t handshakes_failed = 0;
};

class ConnectionMonitor {
 public:
  /// Before the socket is bound. `name` is unique within the context.
  ConnectionMonitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name);

  /// Takes what has happened since. On the thread that owns the socket.
  void read();
  [[nodiscard]] const ConnectionCounts& counts() const { return counts_; }

 private:
  zmq::socket_t events_;
  ConnectionCounts counts_;
};

}  // namespace florin
