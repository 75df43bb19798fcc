#include "transport/curve.hpp"

#include <zmq.h>

#include <array>
#include <utility>

namespace florin {

namespace {

/// libzmq binds to every address of the machine, and connects to none of these.
std::string reachable(const std::string& endpoint) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kEverywhere{
      {{"tcp://*:", "tcp://127.0.0.1:"},
       {"tcp://0.0.0.0:", "tcp://127.0.0.1:"},
       {"tcp://[::]:", "tcp://[::1]:"}}};
  for (const auto& [bound, loopback] : kEverywhere) {
    if (endpoint.starts_with(bound)) {
      return std::string(loopback) + endpoint.substr(bound.size());
    }
  }
  return endpoint;
}

void allow_ipv6(zmq::socket_t& socket, std::string_view endpoint) {
  if (endpoint.starts_with("tcp://[")) {
    socket.set(zmq::sockopt::ipv6, true);
  }
}

}  // namespace

bool is_tcp(std::string_view endpoint) {
  return endpoint.starts_with("tcp://");
}

void serve_with_key(zmq::socket_t& socket, std::string_view endpoint, const std::string& secret_key,
                    std::string_view zap_domain) {
  if (!is_tcp(endpoint)) {
    return;
  }
  socket.set(zmq::sockopt::curve_server, true);
  socket.set(zmq::sockopt::curve_secretkey, secret_key);
  socket.set(zmq::sockopt::zap_domain, zap_domain);
}

void connect_socket(zmq::socket_t& socket, const std::string& endpoint,
                    const std::optional<CurveKeys>& keys) {
  if (keys && is_tcp(endpoint)) {
    socket.set(zmq::sockopt::curve_serverkey, keys->server_public_key);
    socket.set(zmq::sockopt::curve_publickey, keys->own.public_key);
    socket.set(zmq::sockopt::curve_secretkey, keys->own.secret_key);
  }
  allow_ipv6(socket, endpoint);
  socket.connect(reachable(endpoint));
}

/// libzmq takes the ZAP handler's word before that of the peer, whose handshake may name properties too.
std::string_view user_of(const zmq::message_t& message) {
  const char* user = zmq_msg_gets(message.handle(), "User-Id");
  return user == nullptr ? std::string_view() : std::string_view(user);
}

}  // namespace florin
