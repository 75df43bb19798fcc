#include "tools/bench_book.hpp"

#include <absl/hash/hash.h>
#include <fmt/format.h>

#include "base/invariant.hpp"

namespace florin {

namespace {

constexpr std::size_t kDifferencesListedMax = 20;

/// Of all that a decision tells its sender. Whether it was told before is not part of it.
std::uint32_t outcome_hash(const Answer& answer) {
  const WalletState& after = answer.after;
  return static_cast<std::uint32_t>(absl::HashOf(
      static_cast<int>(answer.resolution), static_cast<int>(answer.code), answer.decided.value(),
      answer.overdrawn, answer.unapplied, static_cast<int>(after.status), static_cast<int>(after.freeze),
      after.balance.value(), after.held.value(), after.credit_limit.value(), after.version.value()));
}

std::string described(const Workload& workload, std::uint64_t number) {
  const Command command = workload.command(number);
  return fmt::format("{} of wallet {}", command.id.view(), command.wallet.view());
}

}  // namespace

void AuditReport::add(std::string difference) {
  ++differences;
  if (listed.size() < kDifferencesListedMax) {
    listed.push_back(std::move(difference));
  }
}

std::uint64_t BenchBook::add(std::uint32_t sent_us) {
  told_.push_back({});
  told_.back().sent_us = sent_us;
  return told_.size() - 1;
}

void BenchBook::take_answer(std::uint64_t number, const Answer& answer) {
  invariant(number < told_.size(), "only what was sent is answered");
  Told& told = told_[number];
  invariant(told.state == unanswered, "a command is answered once");
  told.state = answer.decided_something() ? decided : undecided;
  told.outcome = outcome_hash(answer);
  constexpr std::uint64_t kSequenceMask = (std::uint64_t{1} << 46U) - 1;
  told.sequence = answer.sequence.value() & kSequenceMask;
  told.shard = answer.shard.value();
}

void BenchBook::audit(const Entry& entry, ShardIndex shard, const Workload& workload, AuditReport& report) {
  const auto number = workload.number_of(entry.command.id);
  if (!number) {
    return;
  }
  ++report.entries;
  const std::string_view id = entry.command.id.view();
  if (*number >= told_.size()) {
    report.add(fmt::format("{} is in shard {} and was never sent", id, shard.value()));
    return;
  }
  if (!same_content(entry.command, workload.command(*number))) {
    report.add(fmt::format("{} is in shard {} with other content than was sent", id, shard.value()));
    return;
  }
  Told& told = told_[*number];
  switch (static_cast<State>(told.state)) {
    case unanswered: report.add(fmt::format("{} was decided and never answered", id)); return;
    case undecided: report.add(fmt::format("{} was decided and answered as refused", id)); return;
    case found: report.add(fmt::format("{} was decided more than once", id)); return;
    case decided: break;
  }
  told.state = found;
  if (told.shard != shard.value() || told.sequence != entry.sequence().value()) {
    report.add(fmt::format("{} is entry {} of shard {} and was told to be entry {} of shard {}", id,
                           entry.sequence().value(), shard.value(), std::uint64_t{told.sequence},
                           std::uint64_t{told.shard}));
  } else if (told.outcome != outcome_hash(answer_of(entry, shard))) {
    report.add(fmt::format("{} was told another outcome than its entry holds", id));
  }
}

void BenchBook::finish_audit(const Workload& workload, AuditReport& report) const {
  for (std::uint64_t number = 0; number < told_.size(); ++number) {
    switch (static_cast<State>(told_[number].state)) {
      case unanswered: report.add(fmt::format("{} was never answered", described(workload, number))); break;
      case decided:
        report.add(fmt::format("{} was answered and is in no journal", described(workload, number)));
        break;
      case undecided:
      case found: break;
    }
  }
}

}  // namespace florin
