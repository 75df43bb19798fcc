#pragma once

/// The sessions that clients hold with the router: which message is each one's next, where its answers go,
/// which of its wallets are held after overload, and how much it has in flight. Bounded: beyond its limits a
/// session is forgotten, and its client starts a new one with all that is unanswered.
///
///     number == expected   taken
///     number <  expected   taken before: ignored
///     number >  expected   messages were lost: told once for a run of rising numbers
///
/// A latch holds a wallet of a session after overload: until the refused command itself is accepted, nothing
/// of that session gets into the wallet, so nothing overtakes what was refused.

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/strong.hpp"
#include "ledger/names.hpp"
#include "logic/router_limits.hpp"
#include "protocol/message.hpp"

namespace florin {

class SessionTable {
 public:
  explicit SessionTable(const RouterLimits& limits) : limits_(limits) {}

  /// A HELLO; gives the number that is expected. Makes the session where there is none of this name.
  std::uint64_t greet(const Hello& hello, std::string_view connection);

  enum class Turn : std::uint8_t {
    taken,     ///< it was the next; the one behind it is, now
    repeated,  ///< taken before
    gap,       ///< messages before it are missing, and the client is to be told
    in_gap,    ///< as gap, but the client was told
    unknown,   ///< there is no such session
  };
  /// A message came from `connection`, where the session's answers go from now on.
  [[nodiscard]] Turn take(const SubmitHead& head, std::string_view connection);
  /// Of a known session.
  [[nodiscard]] std::uint64_t expected(const SessionNonce& session) const;
  /// Nothing where the session is not known.
  [[nodiscard]] std::optional<std::string_view> connection(const SessionNonce& session) const;

  /// Whether the wallet is held, and for which command.
  [[nodiscard]] std::optional<TransactionId> latch_of(const SessionNonce& session,
                                                      const WalletId& wallet) const;
  [[nodiscard]] bool has_latches(const SessionNonce& session) const;
  /// Holds the wallet for this command, in the place of one that it was held for before.
  void latch(const SessionNonce& session, const WalletId& wallet, const TransactionId& id);
  void unlatch(const SessionNonce& session, const WalletId& wallet);

  [[nodiscard]] std::size_t in_flight(const SessionNonce& session) const;
  void add_in_flight(const SessionNonce& session, std::size_t commands);
  void answered(const SessionNonce& session);

  [[nodiscard]] std::size_t size() const { return by_nonce_.size(); }
  [[nodiscard]] std::size_t latches() const { return latches_; }
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Entry {
    SessionNonce nonce;
    std::string connection;
    std::uint64_t expected = 1;
    std::uint64_t gap_seen = 0;  ///< the highest number of the run that was told of; 0 for none
    std::size_t in_flight = 0;
    std::map<WalletId, TransactionId> latches;
  };
  using Entries = std::list<Entry>;
  struct ByBytes {
    bool operator()(const SessionNonce& a, const SessionNonce& b) const { return a.bytes < b.bytes; }
  };

  [[nodiscard]] Entry* find(const SessionNonce& session);
  [[nodiscard]] const Entry* find(const SessionNonce& session) const;
  void touch(Entries::iterator entry);
  void make_room();
  void forget(Entries::iterator entry);

  const RouterLimits limits_;
  Entries entries_;  ///< the longest idle first
  std::map<SessionNonce, Entries::iterator, ByBytes> by_nonce_;
  std::size_t latches_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace florin
