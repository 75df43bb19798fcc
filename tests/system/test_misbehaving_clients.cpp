// Clients that keep to nothing, beside one that does: it must go on getting right answers.

#include "base/text.hpp"
#include "protocol/letter.hpp"
#include "protocol/query.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {
namespace {

/// The client that behaves: each of its deposits is decided, and its balance is exactly their sum.
class GoodClient {
 public:
  explicit GoodClient(const FlorinNode& node) : client_(node.front()) {}

  void check_is_served() {
    ++deposits_;
    const Answer answer = client_.ask(deposit("good-" + std::to_string(deposits_), "100", 1));
    CHECK(answer.resolution == Resolution::success);
    CHECK(answer.after.balance == MinorUnits(100'000 + deposits_));
  }

 private:
  TestClient client_;
  std::int64_t deposits_ = 0;
};

std::string submit_of_one(std::string_view command) {
  const std::string packed(command);
  return encode_submit_packed(1, {&packed, 1});
}

struct Broken {
  const char* what;
  std::string bytes;
  Code code;
};

std::vector<Broken> broken_messages() {
  const std::string whole = submit_of_one(packed(deposit("d", "100", 1)));
  using namespace std::string_literals;
  return {
      {"an empty frame", "", Code::malformed},
      {"a byte that MessagePack does not use", "\xc1", Code::malformed},
      {"text", "GET / HTTP/1.1\r\n\r\n", Code::wrong_type},
      {"half a message", whole.substr(0, whole.size() / 2), Code::malformed},
      {"all but the last byte", whole.substr(0, whole.size() - 1), Code::malformed},
      {"bytes behind the end", whole + "x", Code::trailing_bytes},
      {"another version", "\x96\x02\x02\xc0\x01\x91\xc0\x80", Code::unsupported_version},
      {"an unknown type", "\x96\x01\x63\xc0\x01\x91\xc0\x80", Code::unknown_kind},
      {"a message of the back end", "\x95\x01\x21\x00\x01\xa1w"s, Code::unknown_kind},
      {"an array of four thousand million", "\xdd\xff\xff\xff\xff\x01\x02", Code::malformed},
      {"as many commands", "\x96\x01\x02\xc0\x01\xdd\xff\xff\xff\xff", Code::malformed},
      {"no command", "\x96\x01\x02\xc0\x01\x90\x80", Code::wrong_length},
      {"a text of four gigabytes", "\x96\x01\x02\xc0\x01\x91\xdb\xff\xff\xff\xff", Code::malformed},
      {"deep nesting", "\x96\x01\x02\xc0\x01\x91" + std::string(3000, '\x91') + "\xc0\x80", Code::malformed},
      {"zeros", std::string(3000, '\0'), Code::wrong_type},
  };
}

TEST_CASE("Each broken message is answered with its code and kept with its bytes") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  GoodClient good(node);
  const auto messages = broken_messages();
  for (const Broken& broken : messages) {
    INFO(broken.what);
    RawClient bad(node.front());
    bad.send_frame(broken.bytes);
    const auto answers = bad.receive();
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].answer.code == broken.code);
    CHECK(answers[0].answer.resolution == Resolution::refused);
    good.check_is_served();
  }
  REQUIRE(eventually([&] { return node.cli_lines({"dead-letters", "list"}).size() == messages.size(); }));
  const auto letters = node.cli_lines({"dead-letters", "list", "--class", "malformed"});
  REQUIRE(letters.size() == messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    INFO(messages[i].what);
    CHECK(letters[i]["reason"] == name(messages[i].code));
    CHECK(letters[i]["length"] == messages[i].bytes.size());
    CHECK(letters[i]["bytes_hex"] == to_hex(messages[i].bytes));
    CHECK(letters[i]["bytes_escaped"] == escape_bytes(messages[i].bytes));
  }
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("A message of several frames is answered and kept") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  GoodClient good(node);
  RawClient bad(node.front());
  const std::string whole = submit_of_one(packed(deposit("d", "100", 1)));
  bad.send_frames({"", whole});
  const auto answers = bad.receive();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].answer.code == Code::malformed);
  bad.send_frames(std::vector<std::string>(100, "x"));
  CHECK(bad.receive().size() == 1);
  good.check_is_served();
  CHECK(eventually([&] { return node.cli_lines({"dead-letters", "list"}).size() == 2; }));
}

TEST_CASE("A message over the limit is answered and one far over it costs its sender the connection") {
  FlorinNode node(FLORIN_BINARY, {.limits = "message_bytes_max = 2000"});
  node.start();
  GoodClient good(node);
  RawClient large(node.front());
  large.send_frame(std::string(2001, 'x'));
  const auto answers = large.receive();
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].answer.code == Code::message_too_large);
  REQUIRE(eventually([&] { return node.cli_lines({"dead-letters", "list"}).size() == 1; }));
  CHECK(node.cli_json({"dead-letters", "show", "1"})["length"] == 2001);
  RawClient huge(node.front());
  for (int i = 0; i < 20; ++i) {
    huge.send_frame(std::string(1'000'000, 'x'));
    good.check_is_served();
  }
  CHECK(huge.receive(std::chrono::milliseconds(50)).empty());
  CHECK(node.cli_lines({"dead-letters", "list"}).size() == 1);
}

TEST_CASE("Of a long message the first part is kept with the length of the whole") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  RawClient bad(node.front());
  bad.send_frame("\xc1" + std::string(100'000, 'x'));
  CHECK(bad.receive().size() == 1);
  REQUIRE(eventually([&] { return node.cli_lines({"dead-letters", "list"}).size() == 1; }));
  const auto letter = node.cli_json({"dead-letters", "show", "1"});
  CHECK(letter["length"] == 100'001);
  CHECK(letter["bytes_hex"].get<std::string>().size() == 2 * kRefusedBytesMax);
  CHECK(node.cli({"verify"}).exit_code == 0);
}

TEST_CASE("A flood of broken messages fills its own quota and no more") {
  FlorinNode node(FLORIN_BINARY, {.limits = "refused_per_peer_max = 10"});
  node.start();
  GoodClient good(node);
  RawClient flood(node.front());
  std::size_t answered = 0;
  for (int i = 0; i < 500; ++i) {
    flood.send_frame("\xc1");
  }
  REQUIRE(eventually([&] {
    answered += flood.receive(std::chrono::milliseconds(20)).size();
    return answered >= 500;
  }));
  CHECK(answered == 500);
  good.check_is_served();
  RawClient other(node.front());
  other.send_frame("\xc1");
  CHECK(other.receive().size() == 1);
  REQUIRE(eventually([&] { return node.cli_lines({"dead-letters", "list"}).size() == 11; }));
  // Written down every now and then: what counts the last message is awaited, the other came before it.
  CHECK(eventually([&] { return node.cli_json({"status"})["router"]["refused"] == 501; }));
  CHECK(node.cli_json({"status"})["router"]["refused_not_kept"] == 490);
}

TEST_CASE("A client that never reads its answers does not hold up another") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  GoodClient good(node);
  RawClient deaf(node.front());
  const std::string whole = submit_of_one(packed(deposit("again", "101", 1)));
  for (int i = 0; i < 30'000; ++i) {
    deaf.send_frame(whole);
    if (i % 3000 == 0) {
      good.check_is_served();
    }
  }
  good.check_is_served();
  CHECK(eventually([&] { return node.cli_json({"status"})["router"]["shards"][0]["queued"] == 0; }));
  CHECK(eventually([&] { return node.cli_json({"status"})["router"]["shards"][1]["queued"] == 0; }));
  CHECK(node.cli_json({"balance", "101"})["balance_minor"] == 50'001);
}

TEST_CASE("Garbage at every query door leaves it answering") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  const Config config = node.config();
  for (const std::string& door :
       {config.endpoints.router_query, config.endpoints.accounting_query, config.endpoints.dead_letter_query,
        Endpoints::of_shard(config.endpoints.shard_query, ShardIndex(0))}) {
    RawClient bad(door);
    for (const Broken& broken : broken_messages()) {
      bad.send_frame(broken.bytes);
    }
    bad.send_frames({"a", "b", "c"});
    bad.send_frame(std::string(1'000'000, 'x'));
  }
  GoodClient(node).check_is_served();
  CHECK(node.cli({"verify"}).exit_code == 0);
  CHECK(node.cli({"status"}).exit_code == 0);
}

TEST_CASE("A query of several frames is refused even where one of them is a query") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  RawClient bad(node.config().endpoints.router_query);
  const std::string whole = encode_query(7, QueryKind::status);
  for (const auto& frames : {std::vector<std::string>{"", whole}, {whole, whole}, {whole, ""}}) {
    bad.send_frames(frames);
    const std::string bytes = bad.receive_frame();
    const auto reply = decode_reply(bytes);
    REQUIRE(reply.has_value());
    CHECK(reply->request == 0);
    CHECK(reply->code == Code::malformed);
  }
  bad.send_frame(whole);
  const std::string bytes = bad.receive_frame();
  CHECK(decode_reply(bytes).value().request == 7);
}

TEST_CASE("A stranger at the back end is ignored") {
  FlorinNode node(FLORIN_BINARY);
  node.start();
  RawClient stranger(node.config().endpoints.backend);
  for (const Broken& broken : broken_messages()) {
    stranger.send_frame(broken.bytes);
  }
  GoodClient(node).check_is_served();
}

}  // namespace
}  // namespace florin::test
