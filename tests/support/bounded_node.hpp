#pragma once

/// A real node with small limits, and what its limits are driven over their edge with.

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/florin_process.hpp"
#include "tests/support/raw_client.hpp"
#include "tests/support/show.hpp"
#include "tests/support/test_client.hpp"

namespace florin::test {

/// What a flood may cost besides its own bounded queues: buffers of libzmq, the allocator's slack. A
/// sanitizer keeps what was freed, hundreds of megabytes of it, to find who uses it still.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif
inline constexpr std::uint64_t kAllowanceKib = std::uint64_t{kIsSanitized ? 1024 : 48} << 10U;

/// Memory of its own (not that of mapped stores), as the kernel counts it.
inline std::uint64_t rss_anon_kib(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) {
      return std::stoull(line.substr(8));
    }
  }
  FAIL("the process has no RssAnon");
  return 0;
}

class BoundedNode : public FlorinNode {
 public:
  explicit BoundedNode(const std::string& limits, std::uint16_t shards = 1)
      : FlorinNode(FLORIN_BINARY, {.shards = shards, .limits = limits}) {
    start();
    before_kib_ = rss_anon_kib(process().pid());
  }

  void check_memory_is_flat() { CHECK(rss_anon_kib(process().pid()) < before_kib_ + kAllowanceKib); }
  /// Serves, and its books are right.
  void check_is_whole() {
    TestClient client(front());
    CHECK(client.ask_until_decided(deposit("after", "100", 1)).resolution == Resolution::success);
    CHECK(cli({"verify"}).exit_code == 0);
  }
  [[nodiscard]] nlohmann::json status(const char* part) const { return cli_json({"status"})[part]; }

 private:
  std::uint64_t before_kib_ = 0;
};

/// Of one cent each, into wallet 100.
inline std::vector<Command> deposits(const std::string& prefix, std::size_t count) {
  std::vector<Command> commands;
  commands.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    commands.push_back(deposit(prefix + std::to_string(i), "100", 1));
  }
  return commands;
}

inline std::size_t count(const std::vector<Answer>& answers, Code code) {
  return static_cast<std::size_t>(std::count_if(answers.begin(), answers.end(),
                                                [&](const Answer& answer) { return answer.code == code; }));
}

/// Sends the commands in messages of so many, numbered from 1, and reads nothing.
inline void send_all(RawClient& client, const std::vector<Command>& commands, std::size_t per_message) {
  std::uint64_t number = 0;
  for (std::size_t first = 0; first < commands.size(); first += per_message) {
    std::vector<std::string> message;
    for (std::size_t i = first; i < std::min(first + per_message, commands.size()); ++i) {
      message.push_back(packed(commands[i]));
    }
    client.send_frame(encode_submit_packed(++number, message));
  }
}

/// The answers to what send_all() sent, in the order of the commands. Throws where one is missing or comes
/// twice.
inline std::vector<Answer> receive_all(RawClient& client, std::size_t commands, std::size_t per_message) {
  std::vector<std::optional<Answer>> by_place(commands);
  for (std::size_t open = commands; open > 0;) {
    const auto answers = client.receive();
    REQUIRE_FALSE(answers.empty());
    for (const AddressedAnswer& answer : answers) {
      REQUIRE((answer.number && answer.index));
      std::optional<Answer>& place = by_place.at((*answer.number - 1) * per_message + *answer.index);
      REQUIRE_FALSE(place.has_value());
      place = answer.answer;
      --open;
    }
  }
  std::vector<Answer> all;
  all.reserve(commands);
  for (const auto& answer : by_place) {
    all.push_back(*answer);
  }
  return all;
}

}  // namespace florin::test
