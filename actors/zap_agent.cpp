#include "actors/zap_agent.hpp"

#include <fmt/format.h>

#include <chrono>

#include "access/zap.hpp"
#include "runtime/clock.hpp"

namespace florin {

namespace {

constexpr int kRequestsPerRound = 256;

std::vector<std::string> receive_frames(zmq::socket_t& socket) {
  std::vector<std::string> frames;
  zmq::message_t frame;
  do {
    if (!socket.recv(frame, zmq::recv_flags::dontwait)) {
      break;
    }
    frames.push_back(frame.to_string());
  } while (frame.more());
  return frames;
}

void send_frames(zmq::socket_t& socket, const std::vector<std::string>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto more = i + 1 < frames.size() ? zmq::send_flags::sndmore : zmq::send_flags::none;
    [[maybe_unused]] const auto sent = socket.send(zmq::buffer(frames[i]), more);
  }
}

}  // namespace

zmq::socket_t make_zap_socket(zmq::context_t& context) {
  zmq::socket_t socket(context, zmq::socket_type::rep);
  socket.set(zmq::sockopt::linger, 0);
  socket.bind("inproc://zeromq.zap.01");
  return socket;
}

ZapAgent::ZapAgent(zmq::socket_t& socket, const DoorSettings& doors, DoorCounts& counts,
                   FlowObserver& observer)
    : socket_(socket),
      own_public_key_(doors.server.value().public_key),
      ring_(doors.keys_file),
      counts_(counts),
      observer_(observer) {}

void ZapAgent::round(int timeout_ms) {
  zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
  zmq::poll(&item, 1, std::chrono::milliseconds(timeout_ms));
  for (int i = 0; i < kRequestsPerRound && answer_next(); ++i) {
  }
  tell_problem();
}

bool ZapAgent::answer_next() {
  const std::vector<std::string> request = receive_frames(socket_);
  if (request.empty()) {
    return false;
  }
  const ZapAnswer answer = answer_zap(request, ring_.keys(wall_clock()), own_public_key_);
  if (!answer.refusal.empty()) {
    counts_.keys_refused.fetch_add(1, std::memory_order_relaxed);
    observer_.turned_away("doors",
                          {Code::not_authenticated, fmt::format("{}: {}", answer.peer, answer.refusal)});
  }
  send_frames(socket_, answer.frames);
  return true;
}

void ZapAgent::tell_problem() {
  [[maybe_unused]] const Keys& looked_at = ring_.keys(wall_clock());
  if (ring_.problem() != told_) {
    told_ = ring_.problem();
    if (!told_.empty()) {
      observer_.fault("doors", "the keys read before stay in use: " + told_);
    }
  }
}

}  // namespace florin
