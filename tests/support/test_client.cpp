#include "tests/support/test_client.hpp"

#include <optional>
#include <stdexcept>

#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"

namespace florin::test {

Answer TestClient::ask(const Command& command) {
  return ask_all({&command, 1}).front();
}

std::vector<Answer> TestClient::ask_all(std::span<const Command> commands) {
  std::vector<std::string> all;
  all.reserve(commands.size());
  for (const Command& command : commands) {
    all.push_back(packed(command));
  }
  return ask_packed(all);
}

std::vector<Answer> TestClient::ask_packed(std::span<const std::string> packed) {
  const std::uint64_t number = client_.submit_packed(packed);
  std::vector<std::optional<Answer>> answers(packed.size());
  std::size_t open = packed.size();
  const bool answered = eventually([&] {
    for (const AddressedAnswer& addressed : client_.receive_answers(20)) {
      for (std::size_t i = 0; i < answers.size() && addressed.number == number; ++i) {
        if (!answers[i] && addressed.index.value_or(i) == i) {
          answers[i] = addressed.answer;
          --open;
        }
      }
    }
    return open == 0;
  });
  if (!answered) {
    throw std::runtime_error("a command is not answered");
  }
  std::vector<Answer> all;
  all.reserve(answers.size());
  for (const auto& answer : answers) {
    all.push_back(*answer);
  }
  return all;
}

Answer TestClient::ask_until_decided(const Command& command) {
  std::optional<Answer> decided;
  const std::string bytes = packed(command);
  const bool done = eventually([&] {
    const std::uint64_t number = client_.submit_packed({&bytes, 1});
    const auto heard = [&] {
      for (const AddressedAnswer& addressed : client_.receive_answers(20)) {
        const bool final = info(addressed.answer.code).retry == Retry::never;
        if (addressed.number == number && final) {
          decided = addressed.answer;
        }
      }
      return decided.has_value();
    };
    return eventually(heard, std::chrono::milliseconds(500));
  });
  if (!done) {
    throw std::runtime_error("a command is never decided");
  }
  return *decided;
}

}  // namespace florin::test
