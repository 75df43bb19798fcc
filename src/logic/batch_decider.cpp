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

bool may_be_redriven(const Entry& original, const Command& command) {
  return original.outcome == Outcome::error && same_content(original.command, command);
}

BatchDecider::BatchDecider(const ShardSnapshot& snapshot, const BatchHeader& header, Totals totals,
                           std::size_t expected, DecidedBatch before)
    : snapshot_(snapshot),
      builder_(header),
      totals_(std::move(totals)),
      entries_(std::move(before.entries)),
      entry_places_(std::min(expected, kEntriesExpectedMax)),
      ids_(std::move(before.ids)),
      wallets_(std::move(before.wallets)),
      wallet_places_(std::min(expected, kEntriesExpectedMax)) {
  entries_.clear();
  ids_.clear();
  wallets_.clear();
}

const Entry* BatchDecider::find_here(const Command& command, std::size_t hash) const {
  const Entry* newest = nullptr;
  (void)entry_places_.find(hash, [&](std::size_t at) {
    const Entry& other = entries_[at];
    if (other.command.wallet == command.wallet && other.command.id == command.id) {
      newest = newest == nullptr || newest < &other ? &other : newest;
    }
    return false;  // an id that was redriven in this batch is there twice
  });
  return newest;
}

std::optional<Entry> BatchDecider::find_original(const Command& command, std::size_t hash) const {
  if (const Entry* here = find_here(command, hash)) {
    return *here;
  }
  const auto before = snapshot_.find_id(IdNamespace::client, command.wallet, command.id);
  return before ? std::optional(snapshot_.entry(*before).entry) : std::nullopt;
}

WalletState& BatchDecider::wallet(const WalletId& id) {
  const std::size_t hash = absl::HashOf(id);
  const auto place = wallet_places_.find(hash, [&](std::size_t at) { return wallets_[at].wallet == id; });
  if (place) {
    return wallets_[*place].state;
  }
  wallet_places_.add(hash, wallets_.size());
  wallets_.push_back({id, snapshot_.wallet(id).value_or(WalletState{})});
  return wallets_.back().state;
}

std::variant<BatchDecider::Decided, BatchDecider::Repeated> BatchDecider::decide(const Command& command,
                                                                                 const Provenance& provenance,
                                                                                 bool redrive) {
  return record(command, provenance, redrive, florin::decide);
}

std::variant<BatchDecider::Decided, BatchDecider::Repeated> BatchDecider::set_aside(
    const Command& command, const Provenance& provenance, bool redrive) {
  return record(command, provenance, redrive, florin::set_aside);
}

std::variant<BatchDecider::Decided, BatchDecider::Repeated> BatchDecider::record(const Command& command,
                                                                                 const Provenance& provenance,
                                                                                 bool redrive, Rule rule) {
  const std::size_t hash = hash_of(command);
  auto original = find_original(command, hash);
  if (original && !(redrive && may_be_redriven(*original, command))) {
    return Repeated{std::move(*original)};
  }
  WalletState& state = wallet(command.wallet);
  const Decision decision = rule(command, state);
  const SequenceNumber sequence = builder_.next_sequence();
  Side side{command.wallet, state.stands_at, decision.after};
  side.after.version = state.version.next();
  side.after.stands_at = sequence;

  entry_places_.add(hash, entries_.size());
  entries_.push_back(make_entry(command, provenance, builder_.time(), decision, side));
  entries_.back().attempt = original ? original->attempt + 1 : 1;
  builder_.add(entries_.back());
  totals_.apply(entries_.back().postings());
  state = side.after;
  ids_.push_back({IdNamespace::client, command.wallet, command.id, sequence});
  return Decided{entries_.back()};
}

DecidedBatch BatchDecider::finish() && {
  for (const auto& [currency, sum] : totals_.imbalance()) {
    invariant(sum == 0, "every currency's accounts are zero together before a batch is committed");
  }
  return {std::move(builder_).seal(), std::move(wallets_), std::move(ids_), std::move(totals_),
          std::move(entries_)};
}

}  // namespace florin
