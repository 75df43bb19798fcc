#pragma once

/// Keys on ZeroMQ sockets. Only TCP takes them: an ipc socket lies in a directory that only its owner may
/// enter.

#include <optional>
#include <string>
#include <string_view>
#include <zmq.hpp>

#include "base/curve_keys.hpp"

namespace florin {

[[nodiscard]] bool is_tcp(std::string_view endpoint);

/// Before a socket is bound to `endpoint`: whoever connects must prove a key, and is let in by the context's
/// ZAP handler, which is told the domain. Without a handler libzmq lets everybody in, so it must be there
/// first.
void serve_with_key(zmq::socket_t& socket, std::string_view endpoint, const std::string& secret_key,
                    std::string_view zap_domain);

/// Connects, with the keys where there are any and the endpoint is TCP. An endpoint that is bound to every
/// address is looked for on loopback.
void connect_socket(zmq::socket_t& socket, const std::string& endpoint, const std::optional<CurveKeys>& keys);

/// The User-Id that the ZAP handler gave to the connection a message came by; empty where it gave none. Lives
/// as long as the message.
[[nodiscard]] std::string_view user_of(const zmq::message_t& message);

}  // namespace florin
