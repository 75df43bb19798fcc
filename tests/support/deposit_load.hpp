#pragma once

/// Deposits of one cent into wallets 100 and 101, without an end, each sent until it is decided.

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "client/session_client.hpp"

namespace florin::test {

class DepositLoad {
 public:
  explicit DepositLoad(const std::string& front);

  /// Goes on until the condition holds, or for ever.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition);
  /// Sends nothing new until everything is decided.
  [[nodiscard]] bool finish();

  [[nodiscard]] std::uint64_t sent() const { return sent_; }
  [[nodiscard]] std::uint64_t decided() const { return answers_.size(); }
  /// By the number that stands in the id: load-1 is the first.
  [[nodiscard]] const std::map<std::uint64_t, Answer>& answers() const { return answers_; }

 private:
  void take(std::uint64_t tag, const Answer& answer);

  zmq::context_t context_{1};
  std::map<std::uint64_t, Answer> answers_;
  SessionClient client_;
  std::uint64_t sent_ = 0;
};

}  // namespace florin::test
