// Connections that do not even speak ZeroMQ.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

/// A TCP connection to a port of this machine.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Connection() { ::close(fd_); }
  Connection(Connection&& other) noexcept : fd_(std::exchange(other.fd_, -1)), connected_(other.connected_) {}
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] bool is_connected() const { return connected_; }
  void send(std::string_view bytes) const { (void)::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

 private:
  int fd_;
  bool connected_ = false;
};

/// A node whose front door is a TCP port.
struct TcpNode {
  TcpNode() : node(FLORIN_BINARY, {.endpoints = "front = \"tcp://127.0.0.1:" + std::to_string(port) + "\""}) {
    node.start();
  }
  void check_serves() {
    TestClient client(node.front());
    ++deposits;
    const Answer answer = client.ask(deposit("good-" + std::to_string(deposits), "100", 1));
    CHECK(answer.after.balance == MinorUnits(100'000 + deposits));
  }

  std::uint16_t port = free_port();
  FlorinNode node;
  std::int64_t deposits = 0;
};

TEST_CASE("Half a greeting and garbage on the wire hold up nobody") {
  TcpNode tcp;
  using namespace std::string_literals;
  const std::string greeting =
      "\xff\0\0\0\0\0\0\0\x01\x7f\x03\0NULL"s + std::string(16, '\0') + std::string(32, '\0');
  std::vector<Connection> open;
  for (const std::string& bytes :
       {greeting.substr(0, 5), greeting.substr(0, 20), greeting, greeting + "\x04\xff",
        greeting + std::string(64, '\xff'), "GET / HTTP/1.1\r\nHost: x\r\n\r\n"s,
        std::string(100'000, '\xff'), std::string(100'000, '\0'), ""s}) {
    open.emplace_back(tcp.port);
    REQUIRE(open.back().is_connected());
    open.back().send(bytes);
    tcp.check_serves();
  }
  open.clear();
  tcp.check_serves();
  const auto door = [&] { return tcp.node.cli_json({"status"})["router"]; };
  CHECK(eventually([&] { return door()["handshakes_failed"] > 0; }));
  CHECK(eventually([&] { return door()["connections_ended"] >= 9; }));
  CHECK(eventually([&] { return door()["connections_accepted"] >= 18; }));
  CHECK(tcp.node.stop() == 0);
}

TEST_CASE("Thousands of connections that come and go hold up nobody") {
  TcpNode tcp;
  for (int round = 0; round < 15; ++round) {
    std::vector<Connection> open;
    for (int i = 0; i < 200; ++i) {
      open.emplace_back(tcp.port);
      open.back().send("\xff");
    }
    tcp.check_serves();
  }
  tcp.check_serves();
  CHECK(tcp.node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("Nine hundred connections at a time that say nothing hold up nobody") {
  TcpNode tcp;
  std::vector<Connection> open;
  open.reserve(900);
  for (int i = 0; i < 900; ++i) {
    open.emplace_back(tcp.port);
  }
  tcp.check_serves();
  open.clear();
  tcp.check_serves();
  CHECK(tcp.node.cli({"verify"}).exit_code == 0);
}

}  // namespace
}  // namespace florin::test
