#pragma once

/// A caller of the gateway on a plain socket: it sends any bytes, well-formed or not, as slowly as it likes.
///
///     HttpClient client(port);
///     const HttpReply reply = client.call("GET", "/livez");

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/eventually.hpp"

namespace florin::test {

struct HttpReply {
  int status = 0;  ///< 0: the connection ended without an answer
  std::string head;
  std::string body;

  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
  [[nodiscard]] bool has_header(std::string_view line) const { return head.find(line) != std::string::npos; }
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{kPatience.count(), 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("nobody listens at the gateway's port");
    }
  }
  ~HttpClient() { ::close(socket_); }
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// What cannot be sent any more is not: the answer tells why.
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) {
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void end_sending() { ::shutdown(socket_, SHUT_WR); }

  [[nodiscard]] HttpReply receive() {
    HttpReply reply;
    while (bytes_.find("\r\n\r\n") == std::string::npos) {
      if (!read_more()) {
        return reply;
      }
    }
    const std::size_t end = bytes_.find("\r\n\r\n");
    reply.head = bytes_.substr(0, end + 2);
    bytes_.erase(0, end + 4);
    reply.status = std::stoi(reply.head.substr(9, 3));
    const std::size_t length_at = reply.head.find("Content-Length: ");
    const std::size_t length =
        length_at == std::string::npos ? 0 : std::stoul(reply.head.substr(length_at + 16));
    while (bytes_.size() < length && read_more()) {
    }
    reply.body = bytes_.substr(0, length);
    bytes_.erase(0, length);
    return reply;
  }

  HttpReply call(std::string_view method, std::string_view target, std::string_view body = {},
                 std::string_view headers = {}) {
    send(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}", method, target, headers));
    send(body.empty() ? "\r\n"
                      : fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                                    body.size(), body));
    return receive();
  }

  /// Whether the other side has ended the connection, with nothing more to read.
  [[nodiscard]] bool is_ended() { return bytes_.empty() && !read_more(); }

 private:
  bool read_more() {
    char chunk[4096];
    const ssize_t got = ::recv(socket_, chunk, sizeof chunk, 0);
    if (got > 0) {
      bytes_.append(chunk, static_cast<std::size_t>(got));
    }
    return got > 0;
  }

  int socket_;
  std::string bytes_;
};

/// The port that a process with a gateway has told in its log.
[[nodiscard]] inline std::uint16_t http_port(const std::string& log) {
  constexpr std::string_view kListening = R"("event":"listening","url":"http://127.0.0.1:)";
  const std::size_t at = log.find(kListening);
  return at == std::string::npos ? std::uint16_t{0}
                                 : static_cast<std::uint16_t>(std::stoi(log.substr(at + kListening.size())));
}

}  // namespace florin::test
