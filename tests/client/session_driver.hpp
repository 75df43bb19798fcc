#pragma once

/// Drives a client's session by hand: the test is its router, and decides what arrives.

#include <fmt/format.h>

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "client/session.hpp"
#include "tests/support/commands.hpp"

namespace florin::test {

inline constexpr ClientLimits kWideLimits{std::size_t{4} << 20U, 8192, 100'000};

/// A SUBMIT that the session sent.
struct SentSubmit {
  std::uint64_t number = 0;
  std::vector<std::string> ids;
  std::string bytes;
};

class SessionDriver {
 public:
  explicit SessionDriver(const SessionSettings& settings = {})
      : session(
            settings, [this] { return nonce(++nonces); },
            [this](std::uint64_t tag, const Answer& answer) { answered.emplace_back(tag, answer.code); }) {}

  static SessionNonce nonce(unsigned number) {
    SessionNonce made;
    made.bytes[0] = static_cast<unsigned char>(number);
    return made;
  }
  static Answer success() {
    Answer answer;
    answer.resolution = Resolution::success;
    return answer;
  }

  /// A deposit whose id tells its tag.
  void add(std::uint64_t tag, std::string_view wallet = "w") {
    session.add(tag, WalletId(wallet), packed(deposit(fmt::format("{}", tag), wallet, 1)));
  }
  void at_ms(std::int64_t ms) { now = start.plus(ms * 1000); }

  /// All that goes out now; HELLOs are counted.
  std::vector<SentSubmit> send() {
    std::vector<SentSubmit> all;
    while (const auto bytes = session.outgoing(now)) {
      if (const auto hello = decode_hello(*bytes)) {
        hellos.push_back(*hello);
      } else {
        all.push_back(read(*bytes));
      }
      session.sent(now);
    }
    return all;
  }
  /// The numbers of what goes out now.
  std::vector<std::uint64_t> send_numbers() {
    std::vector<std::uint64_t> numbers;
    for (const SentSubmit& submit : send()) {
      numbers.push_back(submit.number);
    }
    return numbers;
  }
  /// The ids of what goes out now, over all messages.
  std::vector<std::string> send_ids() {
    std::vector<std::string> ids;
    for (const SentSubmit& submit : send()) {
      ids.insert(ids.end(), submit.ids.begin(), submit.ids.end());
    }
    return ids;
  }

  void welcome(std::uint64_t expected = 1, std::uint64_t incarnation = 1,
               const ClientLimits& limits = kWideLimits) {
    session.on_message(
        encode_welcome({kProtocolVersion, session.nonce(), Incarnation(incarnation), expected, limits}), now);
  }
  void go_back(Code code, std::uint64_t expected) {
    session.on_message(encode_go_back({session.nonce(), code, expected}), now);
  }
  void answer(std::optional<std::uint64_t> number, std::optional<std::uint64_t> index, const Answer& answer) {
    Writer body;
    encode_answer_body(body, answer);
    AnswersBuilder answers;
    answers.add(number, index, body.view());
    session.on_message(answers.take(), now);
  }
  void overload(std::uint64_t number, std::uint64_t index, std::uint32_t retry_after_ms = 100) {
    answer(number, index, refusal(Code::overloaded, "", retry_after_ms));
  }
  /// Says HELLO and is welcome.
  void open() {
    (void)send();
    welcome();
  }

  const TimeUs start{1'700'000'000'000'000};
  TimeUs now = start;
  unsigned nonces = 0;
  std::vector<Hello> hellos;
  std::vector<std::pair<std::uint64_t, Code>> answered;
  Session session;

 private:
  static SentSubmit read(std::string_view bytes) {
    const auto submit = decode_submit(bytes, 10'000);
    invariant(submit.has_value(), "a session sends what is well-formed");
    SentSubmit sent{submit->head.number, {}, std::string(bytes)};
    for (const Submit::Item& item : submit->items) {
      sent.ids.emplace_back(item.decoded->command.id.view());
    }
    return sent;
  }
};

using Numbers = std::vector<std::uint64_t>;
using Ids = std::vector<std::string>;
using Answered = std::vector<std::pair<std::uint64_t, Code>>;

}  // namespace florin::test
