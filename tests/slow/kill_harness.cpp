#include "tests/slow/kill_harness.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "client/submit_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/florin_process.hpp"
#include "tools/traffic.hpp"

namespace florin::test {

namespace {

constexpr std::size_t kInFlightMax = 64;

/// One command and all that its sender knows of it.
struct Sent {
  Command command;
  std::string packed;
  int times = 0;
  std::optional<Answer> answer;  ///< the first that was final
};

/// The sender: keeps commands under way, and its own record of everything.
class Load {
 public:
  explicit Load(std::uint64_t seed) : traffic_(traffic_options(seed)) {}

  /// A fresh connection; everything unanswered goes out again, in order. So do a few that were answered: they
  /// must be answered in the same way.
  void connect(const std::string& front, std::mt19937_64& random) {
    client_.emplace(context_, front);
    numbers_.clear();
    open_ = 0;
    for (std::size_t i = 0; i < sent_.size(); ++i) {
      if (!sent_[i].answer) {
        send(i);
      }
    }
    constexpr int kAskedAgain = 5;
    for (int i = 0; i < kAskedAgain && !sent_.empty(); ++i) {
      const std::size_t index = random() % sent_.size();
      if (sent_[index].answer) {
        send(index);
      }
    }
  }

  /// Keeps the pipe full and takes answers.
  void round() {
    while (open_ < kInFlightMax) {
      Generated generated = traffic_.next();
      sent_.push_back({*generated.command, std::move(generated.packed), 0, {}});
      send(sent_.size() - 1);
    }
    take_answers(1);
  }

  /// Takes what has arrived, and sends nothing new. What is told to wait is sent again.
  bool take_answers(int timeout_ms) {
    bool any = false;
    for (const AddressedAnswer& addressed : client_->receive_answers(timeout_ms)) {
      const auto found = numbers_.find(addressed.number.value_or(0));
      if (found == numbers_.end()) {
        continue;
      }
      const std::size_t index = found->second;
      numbers_.erase(found);
      --open_;
      if (info(addressed.answer.code).retry != Retry::never) {
        send(index);
        continue;
      }
      any = true;
      take(sent_[index], addressed.answer);
    }
    return any;
  }

  [[nodiscard]] bool all_answered() const { return open_ == 0; }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] const std::vector<Sent>& sent() const { return sent_; }
  [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }

 private:
  static TrafficOptions traffic_options(std::uint64_t seed) {
    TrafficOptions options;
    options.seed = seed;
    options.wallets = {WalletId("100"), WalletId("101"), WalletId("102")};
    options.currency = *Currency::parse("EUR");
    return options;
  }

  void send(std::size_t index) {
    Sent& sent = sent_[index];
    numbers_[client_->submit_packed({&sent.packed, 1})] = index;
    ++sent.times;
    ++open_;
  }

  void take(Sent& sent, Answer answer) {
    answer.duplicate = false;  // the same outcome, told again
    if (sent.answer && !(*sent.answer == answer)) {
      violations_.push_back(fmt::format("{} was answered in two ways", sent.command.id.view()));
    }
    answered_ += sent.answer ? 0 : 1;
    sent.answer = answer;
  }

  Traffic traffic_;
  zmq::context_t context_{1};
  std::optional<SubmitClient> client_;
  std::vector<Sent> sent_;
  std::map<std::uint64_t, std::size_t> numbers_;  ///< message number -> command, of those under way
  std::size_t open_ = 0;
  std::size_t answered_ = 0;
  std::vector<std::string> violations_;
};

/// What the journals say, by wallet and id.
struct Recorded {
  int times = 0;
  std::uint64_t sequence = 0;
  std::string resolution;
  std::int64_t balance_minor = 0;
};
using Journal = std::map<std::pair<std::string, std::string>, Recorded>;

Journal read_journals(const FlorinNode& node) {
  Journal journal;
  for (std::uint16_t shard = 0; shard < node.config().shards; ++shard) {
    for (const auto& event : node.cli_lines({"replay", "events", "--shard", std::to_string(shard)})) {
      Recorded& recorded = journal[{event.at("wallet"), event.at("id")}];
      ++recorded.times;
      recorded.sequence = event.at("sequence");
      recorded.resolution = event.at("resolution");
      recorded.balance_minor = event.at("after").at("balance_minor");
    }
  }
  return journal;
}

void compare(const Sent& sent, const Journal& journal, std::vector<std::string>& violations) {
  const std::string id(sent.command.id.view());
  const auto found = journal.find({std::string(sent.command.wallet.view()), id});
  if (found == journal.end()) {
    violations.push_back(fmt::format("{} was acknowledged and is not in the journal", id));
    return;
  }
  const Recorded& recorded = found->second;
  if (recorded.times != 1) {
    violations.push_back(fmt::format("{} is in the journal {} times", id, recorded.times));
  }
  if (recorded.sequence != sent.answer->sequence.value() ||
      recorded.resolution != name(sent.answer->resolution) ||
      recorded.balance_minor != sent.answer->after.balance.value()) {
    violations.push_back(fmt::format("{} is recorded as another outcome than was acknowledged", id));
  }
}

/// Nothing is in a journal that nobody sent.
void compare_ids(const std::vector<Sent>& all, const Journal& journal, std::vector<std::string>& violations) {
  std::set<std::string> sent_ids;
  for (const Sent& sent : all) {
    sent_ids.emplace(sent.command.id.view());
  }
  for (const auto& [key, recorded] : journal) {
    if (!sent_ids.contains(key.second) && !key.second.starts_with("bootstrap:")) {
      violations.push_back(fmt::format("{} is in the journal and was never sent", key.second));
    }
  }
}

void compare_order(const std::vector<Sent>& all, std::vector<std::string>& violations) {
  std::map<WalletId, std::uint64_t> last;
  for (const Sent& sent : all) {
    if (sent.times != 1) {
      continue;
    }
    std::uint64_t& before = last[sent.command.wallet];
    const std::uint64_t sequence = sent.answer->sequence.value();
    if (sequence <= before) {
      violations.push_back(fmt::format("{} was overtaken", sent.command.id.view()));
    }
    before = sequence;
  }
}

/// One life of the node under load, then SIGKILL. What had arrived by then was acknowledged. Every third life
/// may end while the node starts; the others end some time after they were through with much more than is
/// under way at once, however slow the disk is.
bool live_and_die(FlorinNode& node, Load& load, const KillPlan& plan, int life, std::mt19937_64& random) {
  node.launch(plan.runner);
  load.connect(node.front(), random);
  const bool may_die_young = life % 3 == 0;
  constexpr std::size_t kAnswersMin = 4 * kInFlightMax;
  const std::size_t enough = load.answered() + kAnswersMin;
  const auto has_lived = [&] {
    load.round();
    return load.answered() >= enough;
  };
  if (!may_die_young && !eventually(has_lived)) {
    return false;
  }
  constexpr std::uint64_t kLifeMaxMs = 120;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(random() % kLifeMaxMs);
  while (std::chrono::steady_clock::now() < end) {
    load.round();
  }
  node.kill();
  while (load.take_answers(5)) {
  }
  return true;
}

void judge(const FlorinNode& node, const Load& load, KillReport& report) {
  report.violations = load.violations();
  const Journal journal = read_journals(node);
  for (const Sent& sent : load.sent()) {
    ++report.acknowledged;
    report.sent_again += sent.times > 1 ? 1 : 0;
    compare(sent, journal, report.violations);
  }
  compare_ids(load.sent(), journal, report.violations);
  compare_order(load.sent(), report.violations);
  const ProgramResult verified = node.cli({"verify"});
  if (verified.exit_code != 0) {
    report.violations.push_back("verify: " + verified.out.substr(0, 2000) + verified.err);
  }
}

}  // namespace

KillReport kill_again_and_again(const KillPlan& plan) {
  KillReport report;
  FlorinNode node(FLORIN_BINARY);
  node.start(plan.runner);  // the wallets are there before the first kill
  node.kill();
  std::mt19937_64 random(plan.seed);
  Load load(plan.seed);
  for (; report.kills < plan.kills; ++report.kills) {
    if (!live_and_die(node, load, plan, report.kills, random)) {
      report.violations.push_back("the node does not answer after a kill: " + node.process().err());
      return report;
    }
  }
  node.launch(plan.runner);
  load.connect(node.front(), random);
  if (!eventually([&] {
        load.take_answers(20);
        return load.all_answered();
      })) {
    report.violations.emplace_back("something sent is never answered");
    return report;
  }
  node.stop();
  judge(node, load, report);
  return report;
}

std::uint64_t seed_of_environment() {
  const char* given = std::getenv("FLORIN_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

}  // namespace florin::test
