#pragma once

/// How every door of Florin is opened: with the server's key where it is TCP and there is one.

#include <optional>
#include <string>

#include "access/key_list.hpp"
#include "access/zap.hpp"
#include "runtime/doors.hpp"
#include "transport/curve.hpp"
#include "transport/socket.hpp"

namespace florin {

/// Whether who comes by this door is known by a key.
[[nodiscard]] inline bool knows_callers(const std::string& endpoint, const DoorSettings& doors) {
  return doors.server.has_value() && is_tcp(endpoint);
}

/// Throws TransportError.
inline void open_door(zmq::socket_t& socket, const std::string& endpoint, DoorKind kind,
                      const DoorSettings& doors) {
  if (knows_callers(endpoint, doors)) {
    serve_with_key(socket, endpoint, doors.server->secret_key, name(kind));
  }
  bind_socket(socket, endpoint);
}

}  // namespace florin
