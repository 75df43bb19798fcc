#include "client/submit_client.hpp"

#include <chrono>

#include "transport/curve.hpp"
#include "transport/socket.hpp"

namespace florin {

SubmitClient::SubmitClient(zmq::context_t& context, const std::string& endpoint,
                           const std::optional<CurveKeys>& keys)
    : socket_(make_socket(context, zmq::socket_type::dealer)) {
  connect_socket(socket_, endpoint, keys);
}

std::uint64_t SubmitClient::send_numbered(const std::string& message) {
  return send(socket_, message) == Sent::sent ? next_number_++ : 0;
}

std::uint64_t SubmitClient::submit(std::span<const TracedCommand> commands) {
  return send_numbered(encode_submit(next_number_, commands));
}

std::uint64_t SubmitClient::submit_packed(std::span<const std::string> commands) {
  return send_numbered(encode_submit_packed(next_number_, commands));
}

std::vector<AddressedAnswer> SubmitClient::receive_answers(int timeout_ms) {
  zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
  zmq::poll(&item, 1, std::chrono::milliseconds(timeout_ms));
  std::vector<AddressedAnswer> all;
  while (const auto message = receive(socket_)) {
    auto answers = decode_answers(view(*message));
    if (answers) {
      std::move(answers->begin(), answers->end(), std::back_inserter(all));
    }
  }
  return all;
}

}  // namespace florin
