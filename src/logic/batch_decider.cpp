#include "logic/batch_decider.hpp"

#include <algorithm>

#include "base/invariant.hpp"

namespace florin {

BatchDecider::BatchDecider(const ShardSnapshot& snapshot, const BatchHeader& header, Totals totals)
    : snapshot_(snapshot), first_(header.first_sequence), builder_(header), totals_(std::move(totals)) {}

std::optional<Entry> BatchDecider::find_original(const std::string& key, const Command& command) const {
  const auto here = sequences_.find(key);
  if (here != sequences_.end()) {
    return entries_[here->second.value() - first_.value()];
  }
  const auto before = snapshot_.find_id(IdNamespace::client, command.wallet, command.id);
  return before ? std::optional(snapshot_.entry(*before).entry) : std::nullopt;
}

WalletState& BatchDecider::wallet(const WalletId& id) {
  const auto [found, inserted] = wallets_.try_emplace(std::string(id.view()));
  if (inserted) {
    found->second = snapshot_.wallet(id).value_or(WalletState{});
  }
  return found->second;
}

std::variant<BatchDecider::Decided, BatchDecider::Repeated> BatchDecider::decide(
    const Command& command, const Provenance& provenance) {
  std::string key = id_key(IdNamespace::client, command.wallet, command.id);
  if (auto original = find_original(key, command)) {
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
  sequences_.emplace(std::move(key), sequence);
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
    batch.wallets.push_back({WalletId(id), state});
  }
  std::sort(batch.wallets.begin(), batch.wallets.end(),
            [](const WalletRow& a, const WalletRow& b) { return a.wallet < b.wallet; });
  return batch;
}

}  // namespace florin
