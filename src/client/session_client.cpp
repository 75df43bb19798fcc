#include "client/session_client.hpp"

#include <poll.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "transport/curve.hpp"
#include "transport/socket.hpp"

namespace florin {

namespace {

/// Messages taken in one round, so that a caller gets its turn.
constexpr int kMessagesPerRound = 512;

/// Sessions only measure how long ago something was, so a clock that is never set does.
TimeUs steady_now() {
  return TimeUs(std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now().time_since_epoch())
                    .count());
}

SessionNonce random_nonce() {
  SessionNonce nonce;
  randombytes_buf(nonce.bytes.data(), SessionNonce::kSize);
  return nonce;
}

}  // namespace

SessionClient::SessionClient(zmq::context_t& context, const std::string& endpoint,
                             const SessionSettings& settings, Session::OnAnswer on_answer,
                             const std::optional<CurveKeys>& keys)
    : socket_(make_socket(context, zmq::socket_type::dealer)),
      session_(settings, random_nonce, std::move(on_answer)) {
  // Nothing is queued for a router that is not there: the session sends what is right once it is.
  socket_.set(zmq::sockopt::immediate, true);
  connect_socket(socket_, endpoint, keys);
}

void SessionClient::round(std::chrono::microseconds timeout) {
  send_due();
  wait(timeout);
  for (int i = 0; i < kMessagesPerRound; ++i) {
    const auto message = receive(socket_);
    if (!message) {
      break;
    }
    taken_at_ = steady_now();
    session_.on_message(view(*message), taken_at_);
  }
  send_due();
}

void SessionClient::send_due() {
  blocked_ = false;
  const TimeUs now = steady_now();
  while (const auto bytes = session_.outgoing(now)) {
    if (send(socket_, *bytes) != Sent::sent) {
      blocked_ = true;
      return;
    }
    session_.sent(now);
  }
}

/// zmq_poll() waits for whole milliseconds. The socket's own descriptor only tells changes, so what is there
/// already is asked for first.
void SessionClient::wait(std::chrono::microseconds timeout) {
  const int wanted = blocked_ ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN;
  if ((socket_.get(zmq::sockopt::events) & wanted) != 0) {
    return;
  }
  const std::int64_t due_us = session_.wake_at().value() - steady_now().value();
  const std::int64_t wait_us =
      std::max<std::int64_t>(blocked_ ? timeout.count() : std::min(timeout.count(), due_us), 0);
  constexpr std::int64_t kUsPerSecond = 1'000'000;
  const timespec limit{wait_us / kUsPerSecond, wait_us % kUsPerSecond * 1000};
  pollfd item{socket_.get(zmq::sockopt::fd), POLLIN, 0};
  // A signal ends the wait early, which harms no more than a message that comes early.
  (void)::ppoll(&item, 1, &limit, nullptr);
}

}  // namespace florin
