// A till that uses the installed library against a running Florin. docs/CLIENT.md quotes it.

#include <cstdio>
#include <florin/client.hpp>
#include <string>

namespace fc = florin::client;

// clang-format off
// [example]
int run(const std::string& run_dir, unsigned shards) {
  fc::Client client(fc::Settings::of_run_dir(run_dir, shards));

  // One at a time. No answer means that you do not know: send the same id again, never a new one.
  const auto opened = client.submit(fc::open("till7:open", "alice", "EUR"), std::chrono::seconds(10));
  if (!opened || opened->resolution != fc::Resolution::success) {
    return 1;
  }

  // Many at once. Those of one wallet are decided in the order added.
  int succeeded = 0;
  for (int i = 0; i < 100; ++i) {
    client.add(fc::deposit("till7:" + std::to_string(i), "alice", 1250, "EUR"),
               [&](const fc::Answer& answer) { succeeded += answer.resolution == fc::Resolution::success ? 1 : 0; });
  }
  while (client.unanswered() > 0) {
    client.poll(std::chrono::milliseconds(100));
  }

  // A refusal that is an outcome: the code says why.
  const auto paid = client.submit(fc::payment("till7:pay", "alice", 1'000'000, "EUR"), std::chrono::seconds(10));
  if (paid && paid->resolution == fc::Resolution::rejected) {
    std::printf("rejected: %s\n", paid->reason.c_str());  // insufficient_funds
  }

  const auto wallet = client.wallet("alice");
  const auto first = client.transaction("alice", "till7:0");
  std::printf("%d deposits, balance %lld, the first stands at %llu\n", succeeded,
              static_cast<long long>(wallet ? wallet->balance_minor : 0),
              static_cast<unsigned long long>(first ? first->sequence : 0));
  return succeeded == 100 && wallet && wallet->balance_minor == 125'000 && first ? 0 : 1;
}
// [example]
// clang-format on

int main(int argc, char** argv) {
  if (argc != 3) {
    return 2;
  }
  try {
    const int result = run(argv[1], static_cast<unsigned>(std::stoul(argv[2])));
    if (result != 0) {
      return result;
    }
    fc::Client client(fc::Settings::of_run_dir(argv[1], static_cast<unsigned>(std::stoul(argv[2]))));
    const auto again = client.submit(fc::deposit("till7:0", "alice", 1250, "EUR"), std::chrono::seconds(10));
    const auto other = client.submit(fc::deposit("till7:0", "alice", 1, "EUR"), std::chrono::seconds(10));
    if (!again || !again->duplicate || !other || other->resolution != fc::Resolution::refused) {
      return 1;
    }
    try {
      (void)client.submit(fc::deposit("no blanks", "alice", 1, "EUR"), std::chrono::seconds(10));
      return 1;
    } catch (const fc::Error& error) {
      std::printf("%s\n", error.what());
    }
    return client.wallet("nobody") ? 1 : 0;
  } catch (const fc::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
