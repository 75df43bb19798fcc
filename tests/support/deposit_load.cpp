#include "tests/support/deposit_load.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/commands.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/show.hpp"

namespace florin::test {

DepositLoad::DepositLoad(const std::string& front)
    : client_(context_, front,
              {.in_flight_commands_max = 100, .commands_per_message_max = 5, .answer_timeout_ms = 500},
              [this](std::uint64_t tag, const Answer& answer) { take(tag, answer); }) {}

bool DepositLoad::run_until(const std::function<bool()>& condition) {
  return eventually([&] {
    for (int i = 0; i < 20; ++i) {
      while (client_.session().has_room()) {
        ++sent_;
        const std::string wallet = sent_ % 2 == 0 ? "100" : "101";
        client_.add(sent_, WalletId(wallet), packed(deposit("load-" + std::to_string(sent_), wallet, 1)));
      }
      client_.round(5);
    }
    return condition();
  });
}

bool DepositLoad::finish() {
  return eventually([&] {
    client_.round(20);
    return client_.session().unanswered() == 0;
  });
}

void DepositLoad::take(std::uint64_t tag, const Answer& answer) {
  CHECK(answer.resolution == Resolution::success);
  CHECK(answers_.emplace(tag, answer).second);
}

}  // namespace florin::test
