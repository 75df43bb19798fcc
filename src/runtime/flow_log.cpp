#include "runtime/flow_log.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "ledger/amount_text.hpp"
#include "ledger/command_text.hpp"

namespace florin {

namespace {

std::string what(const Command& command) {
  const std::string subject = subject_text(command);
  return fmt::format("{} {}{}{}", command.wallet.view(), name(command.kind), subject.empty() ? "" : " ",
                     subject);
}

std::string balance_text(const WalletState& state) {
  return state.currency.known() ? amount_text(state.balance, state.currency) : "none";
}

std::string shard_name(ShardIndex shard) {
  return fmt::format("shard-{:03}", shard.value());
}

}  // namespace

FlowLog::FlowLog(Log& log, std::string worker, std::uint32_t lines_per_second_max)
    : log_(log), worker_(std::move(worker)), lines_max_(lines_per_second_max) {}

bool FlowLog::count(Step step) {
  counts_[step].value.fetch_add(1, std::memory_order_relaxed);
  if (hidden_.load(std::memory_order_relaxed)) {
    return false;
  }
  if (lines_.fetch_add(1, std::memory_order_relaxed) < lines_max_) {
    return true;
  }
  hidden_.store(true, std::memory_order_relaxed);
  return false;
}

void FlowLog::received(const Command& command) {
  if (count(kReceived)) {
    log_.info("router", "received", {{"", what(command)}, {"id", std::string(command.id.view())}});
  }
}

void FlowLog::queued(const Command& command, ShardIndex shard, std::size_t queue_depth) {
  if (count(kQueued)) {
    log_.info("router", "queued",
              {{"", what(command)},
               {"id", std::string(command.id.view())},
               {"shard", std::to_string(shard.value())},
               {"depth", std::to_string(queue_depth)}});
  }
}

void FlowLog::refused(const Problem& problem, std::string_view bytes) {
  if (count(kRefused)) {
    constexpr std::size_t kShown = 60;
    log_.warning("router", "refused",
                 {{"code", std::string(name(problem.code))},
                  {"why", problem.detail},
                  {"bytes", escape_bytes(mask_card_numbers(bytes.substr(0, 2 * kShown)).substr(0, kShown))}});
  }
}

void FlowLog::turned_away(std::string_view who, const Problem& problem) {
  if (count(kRefused)) {
    log_.warning(who, "refused", {{"code", std::string(name(problem.code))}, {"why", problem.detail}});
  }
}

void FlowLog::decided(const Entry& entry, ShardIndex shard) {
  if (entry.outcome == Outcome::success) {
    if (count(kCompleted)) {
      log_.info(shard_name(shard), "completed",
                {{"", what(entry.command)},
                 {"id", std::string(entry.command.id.view())},
                 {"balance", balance_text(entry.side().after)},
                 {"seq", std::to_string(entry.sequence().value())},
                 {"worker", worker_},
                 {"note", entry.unapplied   ? std::string(name(entry.reason))
                          : entry.overdrawn ? "overdrawn"
                                            : ""}});
    }
    return;
  }
  if (count(kRejected)) {
    log_.warning(shard_name(shard), std::string(name(entry.outcome)),
                 {{"", what(entry.command)},
                  {"id", std::string(entry.command.id.view())},
                  {"reason", std::string(name(entry.reason))},
                  {"balance", balance_text(entry.side().after)},
                  {"seq", std::to_string(entry.sequence().value())},
                  {"worker", worker_}});
  }
}

void FlowLog::repeated(const Entry& original, ShardIndex shard) {
  if (count(kRepeated)) {
    log_.info(shard_name(shard), "repeated",
              {{"", what(original.command)},
               {"id", std::string(original.command.id.view())},
               {"original_seq", std::to_string(original.sequence().value())}});
  }
}

void FlowLog::accounted(const Entry& entry, const Account& account) {
  if (count(kAccounted)) {
    log_.info(
        "accounting", "accounted",
        {{"", what(entry.command)},
         {"id", std::string(entry.command.id.view())},
         {"balance", account.currency.known() ? amount_text(account.balance, account.currency) : "none"}});
  }
}

void FlowLog::dead_lettered(const Letter& letter) {
  if (count(kLettered)) {
    log_.warning(
        "dead-letter", "kept",
        {{"letter", std::to_string(letter.number.value())},
         {"class", std::string(name(letter.letter_class))},
         {"reason", std::string(name(letter.code()))},
         {"what", letter.entry ? what(letter.entry->entry.command)
                               : escape_bytes(std::string_view(letter.refused->bytes).substr(0, 40))}});
  }
}

void FlowLog::fault(std::string_view who, std::string_view what) {
  log_.error(who, "fault", {{"why", std::string(what)}});
}

void FlowLog::tick() {
  lines_.store(0, std::memory_order_relaxed);
  std::array<std::uint64_t, kSteps> counts{};
  std::uint64_t steps = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = counts_[i].value.exchange(0, std::memory_order_relaxed);
    steps += counts[i];
  }
  // A second with too many lines hides the next one whole; a quiet one shows again.
  const bool busy = steps > lines_max_;
  if (!hidden_.exchange(busy, std::memory_order_relaxed) || steps == 0) {
    return;
  }
  log_.info("flow", "second",
            {{"received", std::to_string(counts[kReceived])},
             {"refused", std::to_string(counts[kRefused])},
             {"completed", std::to_string(counts[kCompleted])},
             {"rejected", std::to_string(counts[kRejected])},
             {"repeated", std::to_string(counts[kRepeated])},
             {"accounted", std::to_string(counts[kAccounted])},
             {"dead_lettered", std::to_string(counts[kLettered])}});
}

}  // namespace florin
