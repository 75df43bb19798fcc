#include "logic/batch_decider.hpp"

#include <absl/hash/hash.h>

#include <algorithm>

#include "base/invariant.hpp"

namespace florin {

namespace {

/// As many entries of the usual size as a record takes, about.
constexpr std::size_t kEntriesExpectedMax = 4096;

std::size_t hash_of(const Command& command) {
  return absl::HashOf(command.wallet, command.id);
}

}  // namespace

BatchDecider::BatchDecider(const ShardSnapshot& snapshot, const BatchHeader& header, Totals totals,
                           std::size_t expected)
    : snapshot_(snapshot), builder_(header), totals_(std::move(totals)) {
  const std::size_t entries = std::min(expected, kEntriesExpectedMax);
  entries_.reserve(entries);
  ids_.reserve(entries);
  places_.reserve(entries);
}

const Entry* BatchDecider::find_here(const Command& command) const {
  for (std::size_t hash = hash_of(command);; ++hash) {
    const auto found = places_.find(hash);
    if (found == places_.end()) {
      return nullptr;
    }
    const Entry& entry = entries_[found->second];
    if (entry.command.wallet == command.wallet && entry.command.id == command.id) {
      return &entry;
    }
  }
}

void BatchDecider::remember(const Command& command) {
  const auto place = static_cast<std::uint32_t>(entries_.size() - 1);
  for (std::size_t hash = hash_of(command); !places_.try_emplace(hash, place).second;) {
    ++hash;
  }
}

std::optional<Entry> BatchDecider::find_original(const Command& command) const {
  if (const Entry* here = find_here(command)) {
    return *here;
  }
  const auto before = snapshot_.find_id(IdNamespace::client, command.wallet, command.id);
  return before ? std::optional(snapshot_.entry(*before).entry) : std::nullopt;
}

WalletState& BatchDecider::wallet(const WalletId& id) {
  const auto [found, inserted] = wallets_.try_emplace(id);
  if (inserted) {
    found->second = snapshot_.wallet(id).value_or(WalletState{});
  }
  return found->second;
}

std::variant<BatchDecider::Decided, BatchDecider::Repeated> BatchDecider::decide(
    const Command& command, const Provenance& provenance) {
  if (auto original = find_original(command)) {
    return Repeated{std::move(*original)};
  }
  WalletState& state = wallet(command.wallet);
  const Decision decision = florin::decide(command, state);
  const SequenceNumber sequence = builder_.next_sequence();
  Side side{command.wallet, state.stands_at, decision.after};
  side.after.version = state.version.next();
  side.after.stands_at = sequence;

  entries_.push_back(make_entry(command, provenance, builder_.time(), decision, side));
  builder_.add(entries_.back());
  totals_.apply(entries_.back().postings());
  state = side.after;
  ids_.push_back({IdNamespace::client, command.wallet, command.id, sequence});
  remember(command);
  return Decided{entries_.back()};
}

DecidedBatch BatchDecider::finish() && {
  for (const auto& [currency, sum] : totals_.imbalance()) {
    invariant(sum == 0, "every currency's accounts are zero together before a batch is committed");
  }
  DecidedBatch batch{
      std::move(builder_).seal(), {}, std::move(ids_), std::move(totals_), std::move(entries_)};
  batch.wallets.reserve(wallets_.size());
  for (auto& [id, state] : wallets_) {
    batch.wallets.push_back({id, state});
  }
  std::sort(batch.wallets.begin(), batch.wallets.end(),
            [](const WalletRow& a, const WalletRow& b) { return a.wallet < b.wallet; });
  return batch;
}

}  // namespace florin
