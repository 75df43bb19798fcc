#pragma once

/// A session with its socket and clock: sends commands until each has its outcome, in the order of each
/// wallet. Not thread-safe: one thread, one client.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <zmq.hpp>

#include "base/curve_keys.hpp"
#include "client/session.hpp"

namespace florin {

class SessionClient {
 public:
  /// `keys` are for an endpoint over TCP that asks for them.
  SessionClient(zmq::context_t& context, const std::string& endpoint, const SessionSettings& settings,
                Session::OnAnswer on_answer, const std::optional<CurveKeys>& keys = std::nullopt);

  /// As of Session; it goes out with the next round.
  void add(std::uint64_t tag, const WalletId& wallet, std::string packed) {
    session_.add(tag, wallet, std::move(packed));
  }
  [[nodiscard]] const Session& session() const { return session_; }

  /// Sends what is due and takes what has come. Waits for it no longer than `timeout_ms`.
  void round(int timeout_ms) { round(std::chrono::milliseconds(timeout_ms)); }
  /// The same for who has something to do sooner than in a millisecond.
  void round(std::chrono::microseconds timeout);

  /// For who waits elsewhere and calls round() with no time: input at the descriptor says that something has
  /// changed, and may say so no more while input_waits().
  [[nodiscard]] int descriptor() const { return socket_.get(zmq::sockopt::fd); }
  [[nodiscard]] bool input_waits() const { return (socket_.get(zmq::sockopt::events) & ZMQ_POLLIN) != 0; }

  /// When the message came whose answers are being handed over, by a clock that is never set.
  [[nodiscard]] TimeUs taken_at() const { return taken_at_; }

 private:
  void send_due();
  void wait(std::chrono::microseconds timeout);

  zmq::socket_t socket_;
  Session session_;
  bool blocked_ = false;  ///< the socket takes no more for now
  TimeUs taken_at_;
};

}  // namespace florin
