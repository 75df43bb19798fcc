#include "tests/slow/recorded_load.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace florin::test {

namespace {

TrafficOptions traffic_options(std::uint64_t seed) {
  TrafficOptions options;
  options.seed = seed;
  options.wallets = {WalletId("100"), WalletId("101"), WalletId("102")};
  options.currency = *Currency::parse("EUR");
  return options;
}

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

}  // namespace

RecordedLoad::RecordedLoad(std::uint64_t seed) : traffic_(traffic_options(seed)) {}

void RecordedLoad::connect(const std::string& front, std::mt19937_64& random) {
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

void RecordedLoad::round() {
  while (open_ < kInFlightMax) {
    Generated generated = traffic_.next();
    sent_.push_back({*generated.command, std::move(generated.packed), 0, {}});
    send(sent_.size() - 1);
  }
  take_answers(1);
}

bool RecordedLoad::take_answers(int timeout_ms) {
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

void RecordedLoad::send(std::size_t index) {
  Sent& sent = sent_[index];
  numbers_[client_->submit_packed({&sent.packed, 1})] = index;
  ++sent.times;
  ++open_;
}

void RecordedLoad::take(Sent& sent, Answer answer) {
  answer.duplicate = false;  // the same outcome, told again
  if (sent.answer && !(*sent.answer == answer)) {
    violations_.push_back(fmt::format("{} was answered in two ways", sent.command.id.view()));
  }
  answered_ += sent.answer ? 0 : 1;
  sent.answer = answer;
}

void judge(const FlorinNode& node, const RecordedLoad& load, KillReport& report) {
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

}  // namespace florin::test
