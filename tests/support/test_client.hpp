#pragma once

/// A client that waits for each of its answers.

#include <span>
#include <string>
#include <vector>

#include "client/submit_client.hpp"
#include "ledger/command.hpp"

namespace florin::test {

class TestClient {
 public:
  explicit TestClient(const std::string& endpoint) : client_(context_, endpoint) {}

  /// Sends one command. Throws where no answer comes.
  Answer ask(const Command& command);
  /// Sends one message; the answers in the order of the commands.
  std::vector<Answer> ask_all(std::span<const Command> commands);
  std::vector<Answer> ask_packed(std::span<const std::string> packed);
  /// Sends one again while it is answered `overloaded` or not at all: what a persistent client does.
  Answer ask_until_decided(const Command& command);

 private:
  zmq::context_t context_{1};
  SubmitClient client_;
};

}  // namespace florin::test
