#include "transport/monitor.hpp"

#include <zmq.h>

#include <cstring>

namespace florin {

namespace {

constexpr int kEvents = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                        ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
/// Events that wait for `read`. Beyond them libzmq's own thread waits, and connections with it.
constexpr int kEventsMax = 10'000;

/// The first frame: 16 bits of event, 32 bits of value, in the machine's order. Source:
/// zmq_socket_monitor(3).
std::uint16_t event_of(const zmq::message_t& frame) {
  std::uint16_t event = 0;
  if (frame.size() >= sizeof(event)) {
    std::memcpy(&event, frame.data(), sizeof(event));
  }
  return event;
}

}  // namespace

ConnectionMonitor::ConnectionMonitor(zmq::context_t& context, zmq::socket_t& socket, const std::string& name)
    : events_(context, zmq::socket_type::pair) {
  const std::string endpoint = "inproc://monitor." + name;
  events_.set(zmq::sockopt::linger, 0);
  events_.set(zmq::sockopt::rcvhwm, kEventsMax);
  if (zmq_socket_monitor(socket.handle(), endpoint.c_str(), kEvents) != 0) {
    throw zmq::error_t();
  }
  events_.connect(endpoint);
}

void ConnectionMonitor::read() {
  zmq::message_t frame;
  while (events_.recv(frame, zmq::recv_flags::dontwait)) {
    const std::uint16_t event = event_of(frame);
    while (frame.more()) {
      [[maybe_unused]] const auto received = events_.recv(frame, zmq::recv_flags::dontwait);
    }
    switch (event) {
      case ZMQ_EVENT_ACCEPTED: ++counts_.accepted; break;
      case ZMQ_EVENT_DISCONNECTED: ++counts_.ended; break;
      default: ++counts_.handshakes_failed; break;
    }
  }
}

}  // namespace florin
