#include "client/query_client.hpp"

#include <fmt/format.h>

#include <chrono>

#include "transport/curve.hpp"
#include "transport/socket.hpp"

namespace florin {

namespace {

Result<std::string> payload_of(const Result<std::string>& bytes) {
  if (!bytes) {
    return bytes;
  }
  const auto reply = decode_reply(*bytes);
  if (!reply) {
    return tl::make_unexpected(reply.error());
  }
  if (reply->code != Code::none) {
    return problem(reply->code, reply->detail);
  }
  return std::string(reply->payload);
}

}  // namespace

zmq::socket_t& QueryClient::socket(const std::string& endpoint) {
  const auto found = sockets_.find(endpoint);
  if (found != sockets_.end()) {
    return found->second;
  }
  zmq::socket_t fresh = make_socket(context_, zmq::socket_type::dealer);
  connect_socket(fresh, endpoint, keys_);
  return sockets_.emplace(endpoint, std::move(fresh)).first->second;
}

Result<std::string> QueryClient::ask(const std::string& endpoint, QueryKind kind,
                                     std::string_view parameters) {
  return payload_of(pass(endpoint, encode_query(next_request_++, kind, parameters)));
}

Result<std::string> QueryClient::tell(const std::string& endpoint, Handle handle) {
  handle.request = next_request_++;
  return payload_of(exchange(endpoint, encode_handle(handle), handle.request));
}

Result<std::string> QueryClient::pass(const std::string& endpoint, std::string_view query) {
  const auto wanted = decode_query(query);
  if (!wanted) {
    return tl::make_unexpected(wanted.error());
  }
  return exchange(endpoint, query, wanted->request);
}

Result<std::string> QueryClient::exchange(const std::string& endpoint, std::string_view bytes,
                                          std::uint64_t request) {
  zmq::socket_t& door = socket(endpoint);
  if (send(door, bytes) != Sent::sent) {
    return problem(Code::overloaded, fmt::format("{} takes no more queries", endpoint));
  }
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms_);
  for (auto now = std::chrono::steady_clock::now(); now < deadline; now = std::chrono::steady_clock::now()) {
    zmq::pollitem_t item{door.handle(), 0, ZMQ_POLLIN, 0};
    zmq::poll(
        &item, 1,
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now) + std::chrono::milliseconds(1));
    while (const auto message = receive(door)) {
      const auto reply = decode_reply(view(*message));
      if (!reply) {
        return tl::make_unexpected(reply.error());
      }
      if (reply->request == request) {  // anything else answers a question given up before
        return message->to_string();
      }
    }
  }
  sockets_.erase(endpoint);  // what it still holds unsent is not to arrive later
  // Who is not let in is not told so, over ZeroMQ.
  return problem(Code::overloaded,
                 fmt::format("nobody answered at {} within {} ms{}", endpoint, timeout_ms_,
                             is_tcp(endpoint) ? ". Are the keys of [doors] those that it knows?" : ""));
}

}  // namespace florin
