#pragma once

/// A sender that keeps its own record of everything, and what the journals must say of it afterwards.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "client/submit_client.hpp"
#include "tests/support/florin_process.hpp"
#include "tools/traffic.hpp"

namespace florin::test {

/// One command and all that its sender knows of it.
struct Sent {
  Command command;
  std::string packed;
  int times = 0;
  std::optional<Answer> answer;  ///< the first that was final
};

/// Keeps commands under way.
class RecordedLoad {
 public:
  static constexpr std::size_t kInFlightMax = 64;

  explicit RecordedLoad(std::uint64_t seed);

  /// A fresh connection; everything unanswered goes out again, in order. So do a few that were answered: they
  /// must be answered in the same way.
  void connect(const std::string& front, std::mt19937_64& random);

  /// Keeps the pipe full and takes answers.
  void round();
  /// Takes what has arrived, and sends nothing new. What is told to wait is sent again. Says whether
  /// something was final.
  bool take_answers(int timeout_ms);

  [[nodiscard]] bool all_answered() const { return open_ == 0; }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  void send(std::size_t index);
  void take(Sent& sent, Answer answer);

  Traffic traffic_;
  zmq::context_t context_{1};
  std::optional<SubmitClient> client_;
  std::vector<Sent> sent_;
  std::map<std::uint64_t, std::size_t> numbers_;  ///< message number -> command, of those under way
  std::size_t open_ = 0;
  std::size_t answered_ = 0;
  std::vector<std::string> violations_;
};

struct KillReport {
  int kills = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t sent_again = 0;
  std::vector<std::string> violations;  ///< empty where every promise was kept
};

/// The promises: what was acknowledged is in the journal exactly once, as it was told; everything else could
/// be sent again and is there once too; what was never sent again stands in each wallet in the order of
/// sending; and the books agree (`florin verify`). Everything that was sent has its answer by now.
void judge(const FlorinNode& node, const RecordedLoad& load, KillReport& report);

}  // namespace florin::test
