// The audit of a benchmark, each difference planted once.

#include "ledger/decide.hpp"
#include "tests/support/catch.hpp"
#include "tools/bench_book.hpp"

namespace florin::test {
namespace {

constexpr std::uint64_t kCommands = 5;
constexpr ShardIndex kShard{1};

/// A run of a few commands, all of them decided by one shard in the order sent.
class AuditedRun {
 public:
  AuditedRun() {
    for (std::uint64_t number = 0; number < kCommands; ++number) {
      (void)book.add(static_cast<std::uint32_t>(number * 10));
      entries.push_back(decided(workload.command(number), number + 1));
    }
  }

  [[nodiscard]] static Entry decided(const Command& command, std::uint64_t sequence) {
    WalletState wallet;
    wallet.status = WalletStatus::open;
    wallet.currency = command.currency;
    wallet.balance = MinorUnits(1'000'000);
    const Decision decision = decide(command, wallet);
    Side side{command.wallet, SequenceNumber(0), decision.after};
    side.after.version = WalletVersion(3);
    side.after.stands_at = SequenceNumber(sequence);
    return make_entry(command, {}, TimeUs(1000), decision, side);
  }
  [[nodiscard]] Answer told(std::uint64_t number) const { return answer_of(entries[number], kShard); }
  void answer_all() {
    for (std::uint64_t number = 0; number < kCommands; ++number) {
      book.take_answer(number, told(number));
    }
  }
  [[nodiscard]] AuditReport audit() {
    AuditReport report;
    for (const Entry& entry : entries) {
      book.audit(entry, kShard, workload, report);
    }
    book.finish_audit(workload, report);
    return report;
  }

  Workload workload{WorkloadOptions{.seed = 7, .wallets = 3}};
  BenchBook book;
  std::vector<Entry> entries;
};

void check_found(const AuditReport& report, std::string_view what) {
  CHECK(report.differences == 1);
  REQUIRE(report.listed.size() == 1);
  INFO(report.listed.front());
  CHECK(report.listed.front().find(what) != std::string::npos);
}

TEST_CASE("The audit of an honest run finds nothing") {
  AuditedRun run;
  run.answer_all();
  run.entries.push_back(AuditedRun::decided(Workload::funding(1), 6));  // not of the run
  const AuditReport report = run.audit();
  CHECK(report.entries == kCommands);
  CHECK(report.differences == 0);
}

TEST_CASE("An outcome that was told again is no difference") {
  AuditedRun run;
  for (std::uint64_t number = 0; number < kCommands; ++number) {
    Answer again = run.told(number);
    again.duplicate = true;
    run.book.take_answer(number, again);
  }
  CHECK(run.audit().differences == 0);
}

TEST_CASE("The audit finds any part of an answer that was altered") {
  const std::function<void(Answer&)> alter = GENERATE(values<std::function<void(Answer&)>>({
      [](Answer& answer) { answer.after.balance = MinorUnits(answer.after.balance.value() + 1); },
      [](Answer& answer) { answer.after.version = answer.after.version.next(); },
      [](Answer& answer) { answer.decided = answer.decided.plus(1); },
      [](Answer& answer) { answer.overdrawn = !answer.overdrawn; },
      [](Answer& answer) {
        answer.resolution = Resolution::rejected;
        answer.code = Code::insufficient_funds;
      },
  }));
  AuditedRun run;
  for (std::uint64_t number = 0; number < kCommands; ++number) {
    Answer answer = run.told(number);
    if (number == 2) {
      alter(answer);
    }
    run.book.take_answer(number, answer);
  }
  check_found(run.audit(), "was told another outcome than its entry holds");
}

TEST_CASE("The audit finds an answer that names another place in the journals") {
  const bool other_shard = GENERATE(true, false);
  AuditedRun run;
  for (std::uint64_t number = 0; number < kCommands; ++number) {
    Answer answer = run.told(number);
    if (number == 2) {
      (other_shard ? answer.shard = ShardIndex(2), 0 : (answer.sequence = answer.sequence.next(), 0));
    }
    run.book.take_answer(number, answer);
  }
  check_found(run.audit(), "is entry 3 of shard 1 and was told to be");
}

TEST_CASE("The audit finds an answer that no journal holds") {
  AuditedRun run;
  run.answer_all();
  run.entries.erase(run.entries.begin() + 1);
  check_found(run.audit(), "was answered and is in no journal");
}

TEST_CASE("The audit finds what was decided more than once") {
  AuditedRun run;
  run.answer_all();
  run.entries.push_back(run.entries[3]);
  check_found(run.audit(), "was decided more than once");
}

TEST_CASE("The audit finds what was decided and never answered") {
  AuditedRun run;
  for (std::uint64_t number = 0; number + 1 < kCommands; ++number) {
    run.book.take_answer(number, run.told(number));
  }
  const AuditReport report = run.audit();
  CHECK(report.differences == 2);  // as its entry is met, and as it is missed among the answers
  CHECK(report.listed.front().find("was decided and never answered") != std::string::npos);
  CHECK(report.listed.back().find("was never answered") != std::string::npos);
}

TEST_CASE("The audit finds a decision behind an answer that nothing was decided") {
  AuditedRun run;
  for (std::uint64_t number = 0; number < kCommands; ++number) {
    run.book.take_answer(number, number == 2 ? refusal(Code::overloaded, "") : run.told(number));
  }
  check_found(run.audit(), "was decided and answered as refused");
}

TEST_CASE("The audit finds an entry of the run that was never sent or says something else") {
  AuditedRun run;
  run.answer_all();
  SECTION("never sent") {
    run.entries.push_back(AuditedRun::decided(run.workload.command(99), 6));
    check_found(run.audit(), "was never sent");
  }
  SECTION("other content") {
    run.entries[2].command.amount = MinorUnits(1);
    const AuditReport report = run.audit();
    CHECK(report.differences == 2);  // the entry, and its answer that is in no journal
    CHECK(report.listed.front().find("with other content than was sent") != std::string::npos);
  }
}

TEST_CASE("The audit counts more differences than it lists") {
  AuditedRun run;
  AuditReport report;
  for (int i = 0; i < 100; ++i) {
    report.add("difference");
  }
  CHECK(report.differences == 100);
  CHECK(report.listed.size() == 20);
}

}  // namespace
}  // namespace florin::test
