// The limits that clients meet at the front door, driven over their edge on a real node: sessions and the
// wallets they hold, what is in flight, and answers that nobody reads. A client that keeps to the protocol
// loses nothing and does nothing twice.

#include <map>
#include <memory>

#include "client/session_client.hpp"
#include "tests/support/bounded_node.hpp"
#include "tests/support/eventually.hpp"

namespace florin::test {
namespace {

/// A session of the client library whose commands must all succeed.
class CarefulClient {
 public:
  explicit CarefulClient(const std::string& front, std::size_t per_message = 5)
      : client_(context_, front,
                {.commands_per_message_max = per_message,
                 .answer_timeout_ms = 500,
                 .missing_backoff_max_ms = 100,
                 .overload_backoff_max_ms = 100},
                [this](std::uint64_t tag, const Answer& answer) {
                  CHECK(answer.resolution == Resolution::success);
                  CHECK(answers_.emplace(tag, answer).second);
                }) {}

  void add(const Command& command) { client_.add(++added_, command.wallet, packed(command)); }
  void round() { client_.round(1); }
  [[nodiscard]] bool finished() const { return answers_.size() == added_; }
  [[nodiscard]] bool finish() {
    return eventually([&] {
      round();
      return finished();
    });
  }
  [[nodiscard]] std::uint64_t started_over() const { return client_.session().counters().started_over; }

 private:
  zmq::context_t context_{1};
  std::uint64_t added_ = 0;
  std::map<std::uint64_t, Answer> answers_;
  SessionClient client_;
};

TEST_CASE("The longest idle of too many sessions is forgotten and its client goes on in a new one") {
  BoundedNode node("sessions_max = 2\n");
  std::vector<std::unique_ptr<CarefulClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(std::make_unique<CarefulClient>(node.front()));
  }
  constexpr int kTurns = 5;
  for (int turn = 0; turn < kTurns; ++turn) {
    for (std::size_t i = 0; i < clients.size(); ++i) {
      for (const Command& command : deposits(std::to_string(i) + "-" + std::to_string(turn) + "-", 10)) {
        clients[i]->add(command);
      }
      REQUIRE(clients[i]->finish());
    }
  }
  // With each turn but the first, the session was forgotten for the other two.
  for (const auto& client : clients) {
    CHECK(client->started_over() == kTurns - 1);
  }
  // The node had one of its own, for the wallets that it opens.
  CHECK(eventually([&] { return node.status("router")["sessions_forgotten"] == 1 + 3 * kTurns - 2; }));
  CHECK(node.status("router")["sessions"] == 2);
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100'000 + 3 * kTurns * 10);
  node.check_is_whole();
}

TEST_CASE("A forgotten session is told so and nothing of it is taken") {
  BoundedNode node("sessions_max = 2\n");
  RawClient client(node.front());
  std::vector<SessionNonce> sessions(3);
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    sessions[i].bytes.fill(static_cast<std::uint8_t>(i + 1));
    client.send_frame(encode_hello({.session = sessions[i]}));
    const auto welcome = decode_welcome(client.receive_frame());
    REQUIRE(welcome.has_value());
    CHECK(welcome->expected == 1);
  }
  const std::string command = packed(deposit("d", "100", 1));
  const std::vector<std::string_view> commands{command};
  client.send_frame(encode_submit_packed({sessions[0], 1}, commands));
  const auto told = decode_go_back(client.receive_frame());
  REQUIRE(told.has_value());
  CHECK(*told == GoBack{sessions[0], Code::unknown_session, 0});
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100'000);
  // The other two stand.
  client.send_frame(encode_submit_packed({sessions[1], 1}, commands));
  CHECK(client.receive().at(0).answer.resolution == Resolution::success);
  node.check_is_whole();
}

TEST_CASE("A session that holds too many wallets is forgotten and its client loses nothing") {
  const std::string limit = GENERATE("session_latches_max = 3\n", "latches_max = 3\n");
  INFO(limit);
  BoundedNode node(limit + "commands_per_message_max = 4\nqueue_commands_max = 4\noverloaded_retry_ms = 5\n");
  constexpr int kWallets = 40;
  const auto wallet = [](int client, int at) { return std::to_string(client) + "w" + std::to_string(at); };
  std::vector<std::unique_ptr<CarefulClient>> clients;
  for (int client = 0; client < 2; ++client) {
    clients.push_back(std::make_unique<CarefulClient>(node.front()));
    for (int at = 0; at < kWallets; ++at) {
      clients.back()->add(open_wallet("open", wallet(client, at)));
    }
    for (int at = 0; at < kWallets; ++at) {
      clients.back()->add(deposit("first", wallet(client, at), 2));
      clients.back()->add(withdraw("last", wallet(client, at), 1));
    }
  }
  REQUIRE(eventually([&] {
    clients[0]->round();
    clients[1]->round();
    return clients[0]->finished() && clients[1]->finished();
  }));
  CHECK(clients[0]->started_over() + clients[1]->started_over() > 0);
  CHECK(eventually([&] { return node.status("router")["sessions_forgotten"] > 0; }));
  for (int at = 0; at < kWallets; ++at) {
    CHECK(node.cli_json({"balance", wallet(at % 2, at)})["balance_minor"] == 1);
  }
  node.check_memory_is_flat();
  node.check_is_whole();
}

TEST_CASE("A client with too much in flight is overloaded alone and gets it all in the end") {
  BoundedNode node("commands_per_message_max = 10\nclient_in_flight_commands_max = 20\n");
  const auto commands = deposits("flood-", 5000);
  RawClient flood(node.front());
  send_all(flood, commands, 10);
  {
    TestClient other(node.front());
    for (int i = 0; i < 20; ++i) {
      CHECK(other.ask(deposit("other-" + std::to_string(i), "101", 1)).resolution == Resolution::success);
    }
  }
  const auto answers = receive_all(flood, commands.size(), 10);
  const std::size_t overloaded = count(answers, Code::overloaded);
  CHECK(overloaded > 0);
  CHECK(overloaded + count(answers, Code::none) == answers.size());
  CHECK(eventually([&] { return node.status("router")["overloaded"] == overloaded; }));
  CarefulClient careful(node.front(), 100);  // the library keeps to what WELCOME says
  for (const Command& command : commands) {
    careful.add(command);
  }
  REQUIRE(careful.finish());
  CHECK(node.status("router")["overloaded"] == overloaded);
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100'000 + 5000);
  node.check_memory_is_flat();
  node.check_is_whole();
}

TEST_CASE("Answers of more bytes than fit one message come in several and all of them come") {
  constexpr std::size_t kBytesMax = 4096;
  BoundedNode node("answers_bytes_max = " + std::to_string(kBytesMax) + "\n");
  RawClient client(node.front());
  send_all(client, deposits("row-", 1000), 1000);
  std::vector<bool> answered(1000);
  std::size_t messages = 0;
  for (std::size_t open = answered.size(); open > 0; ++messages) {
    const std::string bytes = client.receive_frame();
    CHECK(bytes.size() <= kBytesMax);
    const auto answers = decode_answers(bytes);
    REQUIRE(answers.has_value());
    for (const AddressedAnswer& answer : *answers) {
      REQUIRE_FALSE(answered.at(answer.index.value()));
      answered[*answer.index] = true;
      CHECK(answer.answer.resolution == Resolution::success);
      --open;
    }
  }
  CHECK(messages > 10);
  node.check_is_whole();
}

TEST_CASE("What a client did not read in time is dropped and comes when it is sent again") {
  BoundedNode node("answer_messages_waiting_max = 10\nanswers_bytes_max = 4096\n");
  constexpr std::size_t kPerMessage = 100;
  const auto commands = deposits("unread-", 20'000);
  RawClient deaf(node.front(), {1, -1});
  send_all(deaf, commands, kPerMessage);
  const auto dropped = [&] { return node.status("router")["answers_dropped"].get<std::uint64_t>(); };
  REQUIRE(eventually([&] { return dropped() > 100; }));
  {
    TestClient other(node.front());
    CHECK(other.ask(deposit("other", "101", 1)).resolution == Resolution::success);
  }
  REQUIRE(eventually([&] {
    return node.cli_json({"balance", "100"})["balance_minor"] ==
           100'000 + static_cast<std::int64_t>(commands.size());
  }));
  node.check_memory_is_flat();
  TestClient again(node.front());
  for (std::size_t first = 0; first < commands.size(); first += kPerMessage) {
    for (const Answer& answer : again.ask_all(std::span(commands).subspan(first, kPerMessage))) {
      REQUIRE(answer.resolution == Resolution::success);
      REQUIRE(answer.duplicate);
    }
  }
  CHECK(node.cli_json({"balance", "100"})["balance_minor"] == 100'000 + 20'000);
  node.check_is_whole();
}

}  // namespace
}  // namespace florin::test
