#pragma once

/// A client that keeps to nothing: it sends any bytes in any number of frames.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/message.hpp"
#include "tests/support/eventually.hpp"
#include "transport/socket.hpp"

namespace florin::test {

class RawClient {
 public:
  explicit RawClient(const std::string& endpoint, const SocketLimits& limits = {})
      : socket_(make_socket(context_, zmq::socket_type::dealer, limits)) {
    socket_.connect(endpoint);
  }

  void send_frame(std::string_view bytes) { socket_.send(zmq::buffer(bytes), zmq::send_flags::none); }
  void send_frames(const std::vector<std::string>& frames) {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const bool last = i + 1 == frames.size();
      socket_.send(zmq::buffer(frames[i]), last ? zmq::send_flags::none : zmq::send_flags::sndmore);
    }
  }

  /// The next message as it is; empty where none comes.
  [[nodiscard]] std::string receive_frame(std::chrono::milliseconds patience = kPatience) {
    std::string bytes;
    (void)eventually(
        [&] {
          const auto message = florin::receive(socket_);
          bytes = message ? message->to_string() : "";
          return message.has_value();
        },
        patience);
    return bytes;
  }

  /// The next answers; empty where none come.
  [[nodiscard]] std::vector<AddressedAnswer> receive(std::chrono::milliseconds patience = kPatience) {
    std::vector<AddressedAnswer> answers;
    (void)eventually(
        [&] {
          const auto message = florin::receive(socket_);
          const auto decoded =
              message ? decode_answers(view(*message)) : Result<std::vector<AddressedAnswer>>();
          if (message && decoded) {
            answers = *decoded;
          }
          return !answers.empty();
        },
        patience);
    return answers;
  }

 private:
  zmq::context_t context_{1};
  zmq::socket_t socket_;
};

}  // namespace florin::test
