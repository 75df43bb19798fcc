#include "tools/bench_load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace florin {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kPauseMaxUs = 20'000;
/// A node under load answers late. It is not asked what it took while that may still be so.
constexpr std::uint32_t kAnswerTimeoutMs = 10'000;

/// How far behind its schedule a generator may be at the end, and how much of what was due may be missing
/// among the answers, for the rate still to be the one that was asked for.
constexpr std::uint64_t kLagMaxUs = 100'000;
constexpr std::uint64_t kMissingPercentMax = 2;

std::int64_t clock_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

SessionSettings session_settings(std::size_t in_flight, std::size_t batch) {
  return {.in_flight_commands_max = in_flight,
          .commands_per_message_max = batch,
          .message_bytes_max = std::size_t{4} << 20U,
          .answer_timeout_ms = kAnswerTimeoutMs};
}

std::string packed_command(Writer& writer, const Command& command, bool is_async) {
  writer.clear();
  encode_command(writer, {command, {}, is_async});
  return std::string(writer.view());
}

std::string silence(const std::string& endpoint, std::uint32_t give_up_s) {
  return fmt::format("no answer from {} for {} s: is `florin run` running?", endpoint, give_up_s);
}

}  // namespace

std::uint64_t LoadReport::rate() const {
  return window_us <= 0 ? 0
                        : answered_in_window * static_cast<std::uint64_t>(kSecondUs) /
                              static_cast<std::uint64_t>(window_us);
}

bool LoadReport::kept_schedule() const {
  return lag_at_end_us <= kLagMaxUs && answered_in_window * 100 >= due_in_window * (100 - kMissingPercentMax);
}

BenchLoad::BenchLoad(const std::string& endpoint, const std::optional<CurveKeys>& keys,
                     const LoadSettings& settings, const Workload& workload, BenchBook& book,
                     std::function<void()> at_edge)
    : settings_(settings),
      workload_(workload),
      book_(book),
      at_edge_(std::move(at_edge)),
      begin_us_(std::int64_t{settings.warm_up_s} * kSecondUs),
      end_us_(begin_us_ + std::int64_t{settings.window_s} * kSecondUs),
      context_(1),
      client_(
          context_, endpoint, session_settings(settings.in_flight_commands_max, settings.batch_commands),
          [this](std::uint64_t number, const Answer& answer) { take(number, answer); }, keys) {}

LoadReport BenchLoad::run() {
  while (!client_.session().open() && !client_.session().failure()) {
    client_.round(std::chrono::microseconds(kPauseMaxUs));
    if (started_us_ == 0) {
      started_us_ = clock_us();
    }
    if (gave_up()) {
      return std::move(report_);
    }
  }
  started_us_ = clock_us();
  last_answer_us_ = 0;
  for (std::int64_t now_us = 0; now_us < end_us_ && !gave_up(); now_us = elapsed_us()) {
    pass_edges(now_us);
    send_due(now_us);
    client_.round(std::chrono::microseconds(pause_us(now_us)));
  }
  pass_edges(elapsed_us());
  finish();
  return std::move(report_);
}

/// Nothing more is sent; what was sent is waited for.
void BenchLoad::finish() {
  report_.window_us = edges_us_[1] - edges_us_[0];
  if (is_open_loop()) {
    report_.lag_at_end_us =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, end_us_ - due_us(next_message_)));
    const auto due_before = [&](std::int64_t us) {
      return static_cast<std::uint64_t>(us) * settings_.rate / static_cast<std::uint64_t>(kSecondUs);
    };
    report_.due_in_window = due_before(end_us_) - due_before(begin_us_);
  }
  while (client_.session().unanswered() > 0 && !gave_up()) {
    client_.round(std::chrono::microseconds(kPauseMaxUs));
  }
  report_.sent = book_.size();
  report_.sent_again = client_.session().counters().sent_again;
}

std::int64_t BenchLoad::elapsed_us() const {
  return clock_us() - started_us_;
}

std::int64_t BenchLoad::due_us(std::uint64_t message) const {
  return static_cast<std::int64_t>(message * settings_.batch_commands *
                                   static_cast<std::uint64_t>(kSecondUs) / settings_.rate);
}

std::int64_t BenchLoad::pause_us(std::int64_t now_us) const {
  const std::int64_t when_room_us = is_open_loop() ? due_us(next_message_) : now_us;
  const std::int64_t next_us = has_room() ? when_room_us : end_us_;
  return std::clamp<std::int64_t>(std::min(next_us, end_us_) - now_us, 0, kPauseMaxUs);
}

/// Room for a whole message: a smaller one would not be what was asked for.
bool BenchLoad::has_room() const {
  return client_.session().unanswered() + settings_.batch_commands <= settings_.in_flight_commands_max;
}

void BenchLoad::send_due(std::int64_t now_us) {
  // No more at a time than the messages of a round, so that answers are not kept waiting by a late schedule.
  constexpr int kMessagesMax = 256;
  for (int i = 0; i < kMessagesMax && has_room(); ++i, ++next_message_) {
    if (!is_open_loop()) {
      send_message(now_us);
      continue;
    }
    const std::int64_t intended_us = due_us(next_message_);
    if (intended_us > now_us) {
      return;
    }
    if (in_window(intended_us)) {
      report_.lag.add(static_cast<std::uint64_t>(now_us - intended_us));
    }
    send_message(intended_us);
  }
}

void BenchLoad::send_message(std::int64_t intended_us) {
  for (std::size_t i = 0; i < settings_.batch_commands; ++i) {
    const Command command = workload_.command(book_.size());
    std::string packed = packed_command(writer_, command, settings_.is_async);
    client_.add(book_.add(static_cast<std::uint32_t>(intended_us)), command.wallet, std::move(packed));
  }
}

void BenchLoad::take(std::uint64_t number, const Answer& answer) {
  const std::int64_t now_us = client_.taken_at().value() - started_us_;
  last_answer_us_ = now_us;
  book_.take_answer(number, answer);
  ++report_.answered;
  switch (answer.resolution) {
    case Resolution::success: ++report_.success; break;
    case Resolution::rejected: ++report_.rejected; break;
    case Resolution::queued: ++report_.queued; break;
    case Resolution::error:
    case Resolution::refused: ++report_.undecided; break;
  }
  if (answer.resolution != Resolution::success && answer.resolution != Resolution::queued) {
    ++report_.by_code[answer.code];
  }
  report_.answered_in_window += edges_us_[0] >= 0 && edges_us_[1] < 0 ? 1 : 0;
  const std::int64_t intended_us = book_.sent_us(number);
  if (in_window(intended_us)) {
    report_.latency.add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, now_us - intended_us)));
  }
}

void BenchLoad::pass_edges(std::int64_t now_us) {
  const std::int64_t planned_us[2] = {begin_us_, end_us_};
  for (int edge = 0; edge < 2; ++edge) {
    if (edges_us_[edge] < 0 && now_us >= planned_us[edge]) {
      edges_us_[edge] = now_us;
      at_edge_();
    }
  }
}

bool BenchLoad::gave_up() {
  if (client_.session().failure()) {
    report_.failure = client_.session().failure()->detail;
  } else if (elapsed_us() - last_answer_us_ > std::int64_t{settings_.give_up_s} * kSecondUs &&
             (client_.session().unanswered() > 0 || !client_.session().open())) {
    report_.failure = fmt::format("no answer for {} s: is `florin run` running?", settings_.give_up_s);
  }
  return report_.failure.has_value();
}

void fund_wallets(const std::string& endpoint, const std::optional<CurveKeys>& keys, std::uint64_t wallets,
                  bool is_async) {
  constexpr std::size_t kInFlightMax = 16'384;
  constexpr std::size_t kBatch = 1024;
  constexpr std::uint32_t kGiveUpS = 30;
  zmq::context_t context(1);
  std::uint64_t answered = 0;
  std::optional<Code> refused;
  SessionClient client(
      context, endpoint, session_settings(kInFlightMax, kBatch),
      [&](std::uint64_t, const Answer& answer) {
        ++answered;
        if (answer.resolution != Resolution::success && answer.resolution != Resolution::queued) {
          refused = answer.code;
        }
      },
      keys);
  Writer writer;
  std::uint64_t added = 0;
  std::uint64_t seen = 0;
  std::int64_t last_us = clock_us();
  while (answered < 2 * wallets) {
    for (; added < wallets && client.session().has_room(); ++added) {
      for (const Command& command : {Workload::opening(added), Workload::funding(added)}) {
        client.add(added, command.wallet, packed_command(writer, command, is_async));
      }
    }
    client.round(std::chrono::microseconds(kPauseMaxUs));
    last_us = answered > seen ? clock_us() : last_us;
    seen = answered;
    if (client.session().failure()) {
      throw std::runtime_error(client.session().failure()->detail);
    }
    if (refused) {
      throw std::runtime_error(
          fmt::format("the benchmark's wallets cannot be used: {}", info(*refused).text));
    }
    if (clock_us() - last_us > std::int64_t{kGiveUpS} * kSecondUs) {
      throw std::runtime_error(silence(endpoint, kGiveUpS));
    }
  }
}

}  // namespace florin
