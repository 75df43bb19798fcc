#include "logic/inbox_index.hpp"

#include <utility>

namespace florin {

std::uint64_t InboxIndex::key_of(const WalletId& wallet, const TransactionId& id) {
  return absl::HashOf(wallet.view(), id.view());
}

void InboxIndex::add(std::span<const Change> accepted) {
  const std::lock_guard lock(mutex_);
  for (const Change& change : accepted) {
    ++entries_.try_emplace(change.key, Entry{change.accepted, 0}).first->second.count;
  }
}

void InboxIndex::remove(std::span<const std::uint64_t> decided) {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t key : decided) {
    const auto found = entries_.find(key);
    if (found != entries_.end() && --found->second.count == 0) {
      entries_.erase(found);
    }
  }
}

std::optional<TimeUs> InboxIndex::find(const WalletId& wallet, const TransactionId& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key_of(wallet, id));
  return found == entries_.end() ? std::nullopt : std::optional(found->second.accepted);
}

}  // namespace florin
