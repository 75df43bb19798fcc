#pragma once

/// A router driven by hand: a test reads what a sender sent and answers as it likes.

#include <optional>
#include <string>
#include <vector>
#include <zmq.hpp>

#include "protocol/message.hpp"
#include "transport/socket.hpp"

namespace florin::test {

inline constexpr const char* kFakeRouter = "inproc://router";

class FakeRouter {
 public:
  struct Received {
    std::string peer;
    std::uint64_t number = 0;
    std::vector<std::string> commands;  ///< as packed
  };

  explicit FakeRouter(zmq::context_t& context) : socket_(make_socket(context, zmq::socket_type::router)) {
    socket_.bind(kFakeRouter);
  }

  /// All that was sent by now.
  [[nodiscard]] std::vector<Received> take() {
    std::vector<Received> all;
    while (const auto routed = receive_routed(socket_)) {
      const auto submit = decode_submit(view(routed->body), 1000);
      invariant(submit.has_value(), "a sender's message is well-formed");
      Received received{routed->peer, submit->head.number, {}};
      for (const Submit::Item& item : submit->items) {
        received.commands.emplace_back(item.packed);
      }
      all.push_back(std::move(received));
    }
    return all;
  }

  void answer(const Received& to, std::optional<std::uint64_t> index, const Answer& answer) {
    Writer body;
    encode_answer_body(body, answer);
    AnswersBuilder answers;
    answers.add(to.number, index, std::move(body).take());
    invariant(send_routed(socket_, to.peer, answers.take()) == Sent::sent, "the sender is connected");
  }

 private:
  zmq::socket_t socket_;
};

[[nodiscard]] inline Answer success() {
  Answer answer;
  answer.resolution = Resolution::success;
  return answer;
}

}  // namespace florin::test
