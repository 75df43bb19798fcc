#include <atomic>
#include <functional>
#include <thread>

#include "client/query_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/show.hpp"
#include "tests/support/temp_dir.hpp"
#include "transport/socket.hpp"

namespace florin::test {
namespace {

constexpr std::uint32_t kPatienceMs = 60'000;
using Replies = std::vector<std::string>;

/// A query door in a thread of its own, which replies as it is told.
class Door {
 public:
  Door(const std::string& endpoint, std::function<Replies(const Query&)> reply)
      : socket_(make_socket(context_, zmq::socket_type::router)), reply_(std::move(reply)) {
    bind_socket(socket_, endpoint);
    thread_ = std::thread([this] { serve(); });
  }
  ~Door() {
    stop_ = true;
    thread_.join();
  }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

 private:
  void serve() {
    while (!stop_) {
      zmq::pollitem_t item{socket_.handle(), 0, ZMQ_POLLIN, 0};
      zmq::poll(&item, 1, std::chrono::milliseconds(10));
      while (const auto routed = receive_routed(socket_)) {
        for (const std::string& bytes : reply_(decode_query(view(routed->body)).value())) {
          static_cast<void>(send_routed(socket_, routed->peer, bytes));
        }
      }
    }
  }

  zmq::context_t context_{1};
  zmq::socket_t socket_;
  std::function<Replies(const Query&)> reply_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

struct Endpoint {
  [[nodiscard]] std::string door() const { return "ipc://" + (directory / "query").string(); }
  TempDir directory;
};

TEST_CASE("A question gets the payload of its answer") {
  const Endpoint at;
  const Door door(at.door(), [](const Query& query) {
    return Replies{encode_reply(query.request, query.kind == QueryKind::wallet ? query.parameters : "\xc0")};
  });
  QueryClient client(kPatienceMs);
  CHECK(client.ask(at.door(), QueryKind::wallet, "\x91\x07").value() == "\x91\x07");
  CHECK(client.ask(at.door(), QueryKind::status, "\x90").value() == "\xc0");
}

TEST_CASE("An answer to another question is passed over") {
  const Endpoint at;
  const Door door(at.door(), [](const Query& query) {
    return Replies{encode_reply(query.request + 1000, "\x01"),
                   encode_refusal(query.request - 1, {Code::not_found, "another"}),
                   encode_reply(query.request, "\x02"), encode_reply(query.request, "\x03")};
  });
  QueryClient client(kPatienceMs);
  CHECK(client.ask(at.door(), QueryKind::head, "\x90").value() == "\x02");
  CHECK(client.ask(at.door(), QueryKind::head, "\x90").value() == "\x02");
}

TEST_CASE("A refusal comes with its code and detail") {
  const Endpoint at;
  const Door door(at.door(), [](const Query& query) {
    return Replies{encode_refusal(query.request, {Code::not_found, "no such wallet"})};
  });
  QueryClient client(kPatienceMs);
  const auto answer = client.ask(at.door(), QueryKind::wallet, "\x90");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error() == Problem{Code::not_found, "no such wallet"});
}

TEST_CASE("A reply that is none is an error") {
  const Endpoint at;
  const Door door(at.door(), [](const Query&) { return Replies{"\xc1"}; });
  QueryClient client(kPatienceMs);
  CHECK_FALSE(client.ask(at.door(), QueryKind::head, "\x90").has_value());
}

TEST_CASE("Where nobody answers the time-out names the door and nothing arrives later") {
  const Endpoint at;
  QueryClient impatient(20);
  const auto answer = impatient.ask(at.door(), QueryKind::head, "\x90");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error() == Problem{Code::overloaded, "nobody answered at " + at.door() + " within 20 ms"});

  std::atomic<int> asked{0};
  const Door door(at.door(), [&](const Query& query) {
    ++asked;
    return Replies{encode_reply(query.request, query.kind == QueryKind::totals ? "\x01" : "\x02")};
  });
  QueryClient client(kPatienceMs);
  CHECK(client.ask(at.door(), QueryKind::totals, "\x90").value() == "\x01");
  CHECK(asked == 1);
}

TEST_CASE("A question is passed on and its answer given back byte by byte") {
  const Endpoint at;
  const std::string reply = encode_reply(77, "\x93\x01\x02\x03");
  const Door door(at.door(), [&](const Query&) { return Replies{encode_reply(1, "\xc0"), reply}; });
  QueryClient client(kPatienceMs);
  CHECK(client.pass(at.door(), encode_query(77, QueryKind::totals)).value() == reply);
  CHECK_FALSE(client.pass(at.door(), "\xc1").has_value());
}

}  // namespace
}  // namespace florin::test
