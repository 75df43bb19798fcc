#include "logic/session_table.hpp"

#include <algorithm>

#include "base/invariant.hpp"

namespace florin {

std::uint64_t SessionTable::greet(const Hello& hello, std::string_view connection) {
  auto found = by_nonce_.find(hello.session);
  if (found == by_nonce_.end()) {
    make_room();
    entries_.push_back({hello.session, {}, hello.first, 0, 0, {}});
    found = by_nonce_.emplace(hello.session, std::prev(entries_.end())).first;
  }
  touch(found->second);
  Entry& entry = *found->second;
  entry.connection = connection;
  entry.gap_seen = 0;
  return entry.expected;
}

SessionTable::Turn SessionTable::take(const SubmitHead& head, std::string_view connection) {
  const auto found = by_nonce_.find(*head.session);
  if (found == by_nonce_.end()) {
    return Turn::unknown;
  }
  touch(found->second);
  Entry& entry = *found->second;
  entry.connection = connection;
  if (head.number < entry.expected) {
    return Turn::repeated;
  }
  if (head.number == entry.expected) {
    ++entry.expected;
    entry.gap_seen = 0;
    return Turn::taken;
  }
  const bool told = entry.gap_seen != 0 && head.number > entry.gap_seen;
  entry.gap_seen = head.number;
  return told ? Turn::in_gap : Turn::gap;
}

std::uint64_t SessionTable::expected(const SessionNonce& session) const {
  const Entry* entry = find(session);
  invariant(entry != nullptr, "the session is known");
  return entry->expected;
}

std::optional<std::string_view> SessionTable::connection(const SessionNonce& session) const {
  const Entry* entry = find(session);
  return entry == nullptr ? std::nullopt : std::optional<std::string_view>(entry->connection);
}

std::optional<TransactionId> SessionTable::latch_of(const SessionNonce& session,
                                                    const WalletId& wallet) const {
  const Entry* entry = find(session);
  if (entry == nullptr) {
    return std::nullopt;
  }
  const auto latch = entry->latches.find(wallet);
  return latch == entry->latches.end() ? std::nullopt : std::optional(latch->second);
}

bool SessionTable::has_latches(const SessionNonce& session) const {
  const Entry* entry = find(session);
  return entry != nullptr && !entry->latches.empty();
}

void SessionTable::latch(const SessionNonce& session, const WalletId& wallet, const TransactionId& id) {
  const auto found = by_nonce_.find(session);
  if (found == by_nonce_.end()) {
    return;
  }
  Entry& entry = *found->second;
  const auto [latch, fresh] = entry.latches.try_emplace(wallet, id);
  if (!fresh) {
    latch->second = id;
    return;
  }
  ++latches_;
  if (entry.latches.size() > limits_.session_latches_max || latches_ > limits_.latches_max) {
    forget(found->second);
  }
}

void SessionTable::unlatch(const SessionNonce& session, const WalletId& wallet) {
  if (Entry* entry = find(session)) {
    latches_ -= entry->latches.erase(wallet);
  }
}

std::size_t SessionTable::in_flight(const SessionNonce& session) const {
  const Entry* entry = find(session);
  return entry == nullptr ? 0 : entry->in_flight;
}

void SessionTable::add_in_flight(const SessionNonce& session, std::size_t commands) {
  if (Entry* entry = find(session)) {
    entry->in_flight += commands;
  }
}

void SessionTable::answered(const SessionNonce& session) {
  Entry* entry = find(session);
  // A session that was forgotten and came back under its old name knows nothing of what it had in flight.
  if (entry != nullptr && entry->in_flight > 0) {
    --entry->in_flight;
  }
}

SessionTable::Entry* SessionTable::find(const SessionNonce& session) {
  const auto found = by_nonce_.find(session);
  return found == by_nonce_.end() ? nullptr : &*found->second;
}

const SessionTable::Entry* SessionTable::find(const SessionNonce& session) const {
  const auto found = by_nonce_.find(session);
  return found == by_nonce_.end() ? nullptr : &*found->second;
}

void SessionTable::touch(Entries::iterator entry) {
  entries_.splice(entries_.end(), entries_, entry);
}

void SessionTable::make_room() {
  while (entries_.size() >= limits_.sessions_max) {
    const auto idle = std::find_if(entries_.begin(), entries_.end(),
                                   [](const Entry& entry) { return entry.in_flight == 0; });
    forget(idle == entries_.end() ? entries_.begin() : idle);
  }
}

void SessionTable::forget(Entries::iterator entry) {
  latches_ -= entry->latches.size();
  ++forgotten_;
  by_nonce_.erase(entry->nonce);
  entries_.erase(entry);
}

}  // namespace florin
