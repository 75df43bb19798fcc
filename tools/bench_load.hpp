#pragma once

/// The load of a benchmark: sends on a schedule (open loop) or as answers come (closed loop), and measures a
/// window between a warm-up and an end.
///
///     start        window begins            window ends        the last answer
///       |── warm-up ──|── what is measured ────|── nothing is sent ──|
///
/// In the open loop a command's latency counts from when it was to be sent, whether that could be kept or
/// not: a node that stalls is charged for everything that had to wait behind the stall.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "client/session_client.hpp"
#include "tools/bench_book.hpp"
#include "tools/bench_histogram.hpp"

namespace florin {

struct LoadSettings {
  std::uint64_t rate = 0;  ///< commands a second, open loop; 0: closed loop
  std::size_t in_flight_commands_max = 1;
  std::size_t batch_commands = 1;
  std::uint32_t warm_up_s = 1;
  std::uint32_t window_s = 10;
  std::uint32_t give_up_s = 30;  ///< without any answer
  bool is_async = false;         ///< an answer says that the command is accepted
};

struct LoadReport {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t success = 0;
  std::uint64_t rejected = 0;
  std::uint64_t queued = 0;
  std::uint64_t undecided = 0;
  std::map<Code, std::uint64_t> by_code;  ///< of what was no success
  std::uint64_t due_in_window = 0;        ///< commands that were to be sent in the window; open loop
  std::uint64_t answered_in_window = 0;   ///< what the rate is made of
  std::int64_t window_us = 0;             ///< how long the window really was
  LatencyHistogram latency;               ///< of commands that were to be sent in the window
  LatencyHistogram lag;                   ///< of its messages: sent so much later than they were to be
  std::uint64_t lag_at_end_us = 0;        ///< of the schedule, as the window ended
  std::uint64_t sent_again = 0;
  std::optional<std::string> failure;  ///< why it ended before everything was answered

  /// Commands a second.
  [[nodiscard]] std::uint64_t rate() const;
  /// Whether what was due in the window was sent, and as much was answered.
  [[nodiscard]] bool kept_schedule() const;
};

class BenchLoad {
 public:
  /// `at_edge` is called as the window begins and as it ends.
  BenchLoad(const std::string& endpoint, const std::optional<CurveKeys>& keys, const LoadSettings& settings,
            const Workload& workload, BenchBook& book, std::function<void()> at_edge);

  [[nodiscard]] LoadReport run();

 private:
  void send_due(std::int64_t now_us);
  void send_message(std::int64_t intended_us);
  void take(std::uint64_t number, const Answer& answer);
  void pass_edges(std::int64_t now_us);
  void finish();
  [[nodiscard]] std::int64_t elapsed_us() const;
  [[nodiscard]] std::int64_t due_us(std::uint64_t message) const;
  [[nodiscard]] std::int64_t pause_us(std::int64_t now_us) const;
  [[nodiscard]] bool is_open_loop() const { return settings_.rate > 0; }
  [[nodiscard]] bool in_window(std::int64_t us) const { return us >= begin_us_ && us < end_us_; }
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool gave_up();

  const LoadSettings settings_;
  const Workload& workload_;
  BenchBook& book_;
  const std::function<void()> at_edge_;
  const std::int64_t begin_us_;  ///< of the window, from the start
  const std::int64_t end_us_;
  zmq::context_t context_;
  SessionClient client_;
  Writer writer_;
  std::int64_t started_us_ = 0;
  std::int64_t last_answer_us_ = 0;
  std::uint64_t next_message_ = 0;
  std::int64_t edges_us_[2] = {-1, -1};  ///< when they were really passed
  LoadReport report_;
};

/// Opens the workload's wallets and gives each money, where that has not been done; asynchronously, where no
/// shard has to be there. Throws where a node does not answer, or refuses.
void fund_wallets(const std::string& endpoint, const std::optional<CurveKeys>& keys, std::uint64_t wallets,
                  bool is_async = false);

}  // namespace florin
