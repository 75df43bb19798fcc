#pragma once

/// What the router has for its clients until the next flush: answers, put together into messages of a bounded
/// size per connection, and the messages of sessions.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/message.hpp"

namespace florin {

struct ToClient {
  std::string client;  ///< the connection's routing id
  std::string bytes;
};

class ClientOutbox {
 public:
  explicit ClientOutbox(std::size_t answers_bytes_max) : answers_bytes_max_(answers_bytes_max) {}

  /// `body` is packed already.
  void answer(std::string_view client, std::optional<std::uint64_t> number,
              std::optional<std::uint64_t> index, std::string_view body);
  void welcome(std::string_view client, const Welcome& welcome);
  /// Of several for one session on one connection the last goes out.
  void go_back(std::string_view client, const GoBack& go_back);

  /// Everything, each connection's answers in their order.
  [[nodiscard]] std::vector<ToClient> take();

 private:
  const std::size_t answers_bytes_max_;
  std::vector<ToClient> whole_;  ///< messages that are complete
  std::map<std::string, AnswersBuilder, std::less<>> open_;
  std::map<std::pair<std::string, std::string>, GoBack> go_backs_;  ///< by connection and session
};

}  // namespace florin
