#include "transport/socket.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <filesystem>

namespace florin {

namespace {

void make_ipc_directory(const std::string& endpoint) {
  constexpr std::string_view kIpc = "ipc://";
  if (!endpoint.starts_with(kIpc)) {
    return;
  }
  private_directory(std::filesystem::path(endpoint.substr(kIpc.size())).parent_path());
}

Sent last_send_problem(const zmq::error_t& error) {
  switch (error.num()) {
    case EHOSTUNREACH: return Sent::no_such_peer;
    case EAGAIN: return Sent::full;
    default: throw;
  }
}

}  // namespace

const std::filesystem::path& private_directory(const std::filesystem::path& directory) {
  std::error_code failed;
  if (std::filesystem::create_directories(directory, failed)) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
  }
  if (failed) {
    throw TransportError(
        fmt::format("cannot make the directory {}: {}", directory.string(), failed.message()));
  }
  return directory;
}

zmq::socket_t make_socket(zmq::context_t& context, zmq::socket_type type, const SocketLimits& limits) {
  zmq::socket_t socket(context, type);
  constexpr int kReconnectMs = 20;  // a peer that starts later is found soon
  socket.set(zmq::sockopt::linger, 0);
  socket.set(zmq::sockopt::reconnect_ivl, kReconnectMs);
  socket.set(zmq::sockopt::sndhwm, limits.high_water_mark);
  socket.set(zmq::sockopt::rcvhwm, limits.high_water_mark);
  socket.set(zmq::sockopt::maxmsgsize, limits.message_bytes_max);
  if (type == zmq::socket_type::router) {
    // Without it a full pipe drops a message from the middle and reports success.
    socket.set(zmq::sockopt::router_mandatory, true);
  }
  return socket;
}

void bind_socket(zmq::socket_t& socket, const std::string& endpoint) {
  make_ipc_directory(endpoint);
  if (endpoint.starts_with("tcp://[")) {
    socket.set(zmq::sockopt::ipv6, true);
  }
  try {
    socket.bind(endpoint);
  } catch (const zmq::error_t& error) {
    throw TransportError(
        fmt::format("cannot listen on {}: {}. Is another program using it?", endpoint, error.what()));
  }
}

void unbind_socket(zmq::context_t& context, zmq::socket_t& socket) {
  constexpr int kPatienceMs = 5000;
  const std::string closed = fmt::format("inproc://closed.{}", static_cast<const void*>(socket.handle()));
  if (zmq_socket_monitor(socket.handle(), closed.c_str(), ZMQ_EVENT_CLOSED) != 0) {
    throw zmq::error_t();
  }
  zmq::socket_t events(context, zmq::socket_type::pair);
  events.set(zmq::sockopt::linger, 0);
  events.set(zmq::sockopt::rcvtimeo, kPatienceMs);
  events.connect(closed);
  socket.unbind(socket.get(zmq::sockopt::last_endpoint));
  zmq::message_t event;
  [[maybe_unused]] const auto told = events.recv(event);
  zmq_socket_monitor(socket.handle(), nullptr, 0);
}

std::optional<Routed> receive_routed(zmq::socket_t& socket) {
  zmq::message_t peer;
  if (!socket.recv(peer, zmq::recv_flags::dontwait)) {
    return std::nullopt;
  }
  Routed routed{peer.to_string(), {}, true};
  bool more = peer.more();
  for (int frames = 0; more; ++frames) {
    [[maybe_unused]] const auto received = socket.recv(routed.body, zmq::recv_flags::dontwait);
    more = routed.body.more();
    routed.single_frame = frames == 0 && !more;
  }
  return routed;
}

std::optional<zmq::message_t> receive(zmq::socket_t& socket) {
  zmq::message_t message;
  if (!socket.recv(message, zmq::recv_flags::dontwait)) {
    return std::nullopt;
  }
  while (message.more()) {
    [[maybe_unused]] const auto received = socket.recv(message, zmq::recv_flags::dontwait);
  }
  return message;
}

std::optional<std::pair<std::string, zmq::message_t>> receive_published(zmq::socket_t& socket) {
  zmq::message_t topic;
  if (!socket.recv(topic, zmq::recv_flags::dontwait)) {
    return std::nullopt;
  }
  std::pair<std::string, zmq::message_t> published(topic.to_string(), zmq::message_t());
  bool more = topic.more();
  while (more) {
    [[maybe_unused]] const auto received = socket.recv(published.second, zmq::recv_flags::dontwait);
    more = published.second.more();
  }
  return published;
}

Sent send_routed(zmq::socket_t& socket, std::string_view peer, std::string_view body) {
  try {
    const zmq::send_flags flags = zmq::send_flags::dontwait;
    if (!socket.send(zmq::buffer(peer), flags | zmq::send_flags::sndmore)) {
      return Sent::full;
    }
    return socket.send(zmq::buffer(body), flags) ? Sent::sent : Sent::full;
  } catch (const zmq::error_t& error) {
    return last_send_problem(error);
  }
}

Sent send(zmq::socket_t& socket, std::string_view body) {
  return socket.send(zmq::buffer(body), zmq::send_flags::dontwait) ? Sent::sent : Sent::full;
}

void publish(zmq::socket_t& socket, std::string_view topic, std::string_view body) {
  [[maybe_unused]] const auto sent_topic = socket.send(zmq::buffer(topic), zmq::send_flags::sndmore);
  [[maybe_unused]] const auto sent_body = socket.send(zmq::buffer(body), zmq::send_flags::none);
}

}  // namespace florin
