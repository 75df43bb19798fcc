#include "client/session_client.hpp"

#include <sodium.h>

#include <algorithm>
#include <chrono>

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
                             const SessionSettings& settings, Session::OnAnswer on_answer)
    : socket_(make_socket(context, zmq::socket_type::dealer)),
      session_(settings, random_nonce, std::move(on_answer)) {
  // Nothing is queued for a router that is not there: the session sends what is right once it is.
  socket_.set(zmq::sockopt::immediate, true);
  socket_.connect(endpoint);
}

void SessionClient::round(int timeout_ms) {
  send_due();
  wait(timeout_ms);
  for (int i = 0; i < kMessagesPerRound; ++i) {
    const auto message = receive(socket_);
    if (!message) {
      break;
    }
    session_.on_message(view(*message), steady_now());
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

void SessionClient::wait(int timeout_ms) {
  const std::int64_t due_us = session_.wake_at().value() - steady_now().value();
  const std::int64_t wait_ms = blocked_ ? timeout_ms : std::min<std::int64_t>(timeout_ms, due_us / 1000 + 1);
  const auto events = static_cast<short>(blocked_ ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN);
  zmq::pollitem_t item{socket_.handle(), 0, events, 0};
  zmq::poll(&item, 1, std::chrono::milliseconds(std::max<std::int64_t>(wait_ms, 0)));
}

}  // namespace florin
