#pragma once

/// ZeroMQ as Florin uses it: one-frame messages, never blocking in a send, nothing dropped unseen.

#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <zmq.hpp>

namespace florin {

/// A door that cannot be opened: names it, and why.
class TransportError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where the socket's queues end. 0 leaves a queue to be bounded by the protocol's own window.
struct SocketLimits {
  int high_water_mark = 10'000;
  std::int64_t message_bytes_max = -1;  ///< larger ones are dropped by libzmq, with the connection
};

/// linger 0: what is unsent when the process ends was not promised to anyone.
[[nodiscard]] zmq::socket_t make_socket(zmq::context_t& context, zmq::socket_type type,
                                        const SocketLimits& limits = {});

/// Makes a directory that only its owner may enter, where there is none, and gives its path back. Throws
/// TransportError.
const std::filesystem::path& private_directory(const std::filesystem::path& directory);

/// Binds; throws TransportError naming the endpoint and why. Makes the directory of an ipc path, for
/// the owner alone.
void bind_socket(zmq::socket_t& socket, const std::string& endpoint);

/// Closes the socket's one door, and returns when it is closed: until then libzmq would remove the ipc path
/// of whoever opens the same door next. Connections that are there stay.
void unbind_socket(zmq::context_t& context, zmq::socket_t& socket);

/// A message that came to a ROUTER.
struct Routed {
  std::string peer;
  zmq::message_t body;
  bool single_frame = true;  ///< false: the body is the last of several frames
};

[[nodiscard]] std::optional<Routed> receive_routed(zmq::socket_t& socket);
[[nodiscard]] std::optional<zmq::message_t> receive(zmq::socket_t& socket);
/// Topic and body, of a SUB.
[[nodiscard]] std::optional<std::pair<std::string, zmq::message_t>> receive_published(zmq::socket_t& socket);

enum class Sent : std::uint8_t { sent, full, no_such_peer };
[[nodiscard]] Sent send_routed(zmq::socket_t& socket, std::string_view peer, std::string_view body);
[[nodiscard]] Sent send(zmq::socket_t& socket, std::string_view body);
/// PUB never blocks; a slow subscriber misses messages and sees it by their sequence.
void publish(zmq::socket_t& socket, std::string_view topic, std::string_view body);

[[nodiscard]] inline std::string_view view(const zmq::message_t& message) {
  return {static_cast<const char*>(message.data()), message.size()};
}

}  // namespace florin
