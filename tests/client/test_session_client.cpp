// The socket around a session: real frames, against a router that the test plays.

#include "client/session_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/show.hpp"
#include "transport/socket.hpp"

namespace florin::test {
namespace {

constexpr const char* kDoor = "inproc://front";

/// Welcomes whoever comes, and answers every command with success while it is willing.
class PlayedRouter {
 public:
  explicit PlayedRouter(zmq::context_t& context) : socket_(make_socket(context, zmq::socket_type::router)) {
    socket_.bind(kDoor);
  }

  void round() {
    while (const auto routed = receive_routed(socket_)) {
      if (const auto hello = decode_hello(view(routed->body))) {
        ++hellos;
        const Welcome welcome{
            kProtocolVersion, hello->session, Incarnation(1), hello->first, {1U << 20U, 10, 100}};
        reply(routed->peer, encode_welcome(welcome));
        continue;
      }
      const auto submit = decode_submit(view(routed->body), 10);
      if (!submit) {
        continue;
      }
      for (std::size_t i = 0; i < submit->items.size(); ++i) {
        ids.emplace_back(submit->items[i].decoded->command.id.view());
        Answer success;
        success.resolution = Resolution::success;
        Writer body;
        encode_answer_body(body, success);
        AnswersBuilder answers;
        answers.add(submit->head.number, i, body.view());
        reply(routed->peer, answers.take());
      }
    }
  }

  int hellos = 0;
  std::vector<std::string> ids;

 private:
  void reply(const std::string& peer, const std::string& bytes) {
    REQUIRE(send_routed(socket_, peer, bytes) == Sent::sent);
  }

  zmq::socket_t socket_;
};

TEST_CASE("A client greets its router and gets every command answered in its order") {
  zmq::context_t context(1);
  PlayedRouter router(context);
  std::vector<std::uint64_t> answered;
  SessionClient client(context, kDoor, {.commands_per_message_max = 3},
                       [&](std::uint64_t tag, const Answer& answer) {
                         CHECK(answer.resolution == Resolution::success);
                         answered.push_back(tag);
                       });
  for (std::uint64_t tag = 0; tag < 10; ++tag) {
    client.add(tag, WalletId("w"), packed(deposit(std::to_string(tag), "w", 1)));
  }
  CHECK(eventually([&] {
    client.round(1);
    router.round();
    return answered.size() == 10;
  }));
  CHECK(router.hellos == 1);
  CHECK(router.ids.size() == 10);
  CHECK(router.ids.front() == "0");
  CHECK(router.ids.back() == "9");
  CHECK(client.session().unanswered() == 0);
}

TEST_CASE("A round waits no longer than it is told when nobody answers") {
  zmq::context_t context(1);
  SessionClient client(context, "ipc:///tmp/florin-test-nobody-is-here", {},
                       [](std::uint64_t, const Answer&) { FAIL("nobody answers"); });
  client.add(1, WalletId("w"), packed(deposit("1", "w", 1)));
  const auto began = std::chrono::steady_clock::now();
  client.round(20);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
  CHECK(client.session().unanswered() == 1);
}

}  // namespace
}  // namespace florin::test
