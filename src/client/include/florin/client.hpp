#pragma once

/// Florin's client library: sends transactions to a running Florin until each has its outcome, and asks for
/// balances and transactions. Plain types only; link `florin::client`, nothing else is needed.
///
/// Ids are yours, and are what makes this safe: the same id with the same content is decided once, however
/// often it is sent. Transactions of one wallet are decided in the order in which they were added, also when
/// Florin or the connection goes away in between.
///
///     florin::client::Client client(florin::client::Settings::of_run_dir("/var/lib/florin/run", 4));
///     const auto answer = client.submit(
///         florin::client::deposit("till7:0001", "alice", 1250, "EUR"), std::chrono::seconds(5));
///     if (!answer) { /* no outcome yet: send the same id again, never a new one */ }
///
/// One thread, one Client. docs/CLIENT.md tells more.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#if defined(__GNUC__)
#define FLORIN_CLIENT_API __attribute__((visibility("default")))
#else
#define FLORIN_CLIENT_API
#endif

namespace florin::client {

/// The caller asks for what cannot be, or Florin cannot be asked: names it.
class FLORIN_CLIENT_API Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Kind : std::uint8_t { open = 1, deposit, withdraw, payment, freeze, unfreeze, close, set_limits };
enum class Scope : std::uint8_t { none = 0, debits = 1, credits = 2, all = 3 };

/// What is asked for. Amounts are minor units of the currency: 1250 EUR is 12.50.
struct Transaction {
  Kind kind = Kind::open;
  std::string id;  ///< unique within its wallet
  std::string wallet;
  std::int64_t amount_minor = 0;
  std::string currency;  ///< ISO 4217, capitals
  Scope scope = Scope::none;
  std::optional<std::int64_t> credit_limit_minor;
  // Options; see docs/PROTOCOL.md.
  bool advise = false;  ///< it has happened already: recorded, never rejected
  std::string external;
  std::string merchant;
  std::string reference;
  std::uint32_t effective_date = 0;  ///< yyyymmdd; 0 for none
  bool async = false;  ///< answered `queued` once it is durable: ask for the outcome with transaction()
};

FLORIN_CLIENT_API Transaction open(std::string id, std::string wallet, std::string currency);
FLORIN_CLIENT_API Transaction deposit(std::string id, std::string wallet, std::int64_t amount_minor,
                                      std::string currency);
FLORIN_CLIENT_API Transaction withdraw(std::string id, std::string wallet, std::int64_t amount_minor,
                                       std::string currency);
FLORIN_CLIENT_API Transaction payment(std::string id, std::string wallet, std::int64_t amount_minor,
                                      std::string currency);
FLORIN_CLIENT_API Transaction freeze(std::string id, std::string wallet, Scope scope);
FLORIN_CLIENT_API Transaction unfreeze(std::string id, std::string wallet);
FLORIN_CLIENT_API Transaction close(std::string id, std::string wallet);
FLORIN_CLIENT_API Transaction set_limits(std::string id, std::string wallet, std::string currency,
                                         std::int64_t credit_limit_minor);

struct WalletState {
  bool open = false;
  bool closed = false;
  Scope freeze = Scope::none;
  std::string currency;
  std::int64_t balance_minor = 0;
  std::int64_t available_minor = 0;
  std::int64_t credit_limit_minor = 0;
  std::uint64_t version = 0;  ///< transactions of this wallet so far, rejected ones included
};

enum class Resolution : std::uint8_t {
  success,   ///< decided and durable
  rejected,  ///< decided and durable: the code says why; this id is always answered so
  refused,   ///< not decided: the transaction is not well-formed, or its id stands for another
  queued,    ///< durable, and decided in its turn; also while Florin's shards are away
  /// A fault kept it from being decided, and no money has moved. Not final: an operator may have it decided
  /// under the same id, so ask by id, and do not send it under another.
  error,
};

struct Answer {
  Resolution resolution = Resolution::refused;
  int code = 0;        ///< of the table in docs/PROTOCOL.md; 0 is done
  std::string reason;  ///< the code's name
  std::string detail;  ///< for a person
  // Where something was decided:
  unsigned shard = 0;
  std::uint64_t sequence = 0;
  std::int64_t decided_us = 0;  ///< since 1970-01-01T00:00:00Z
  bool duplicate = false;       ///< this id was decided before; all else tells of then
  bool overdrawn = false;
  bool unapplied = false;  ///< advice that fits no wallet
  WalletState wallet;      ///< once this was decided
};

/// Where Florin's doors are: as in its configuration.
struct Settings {
  std::string front;                       ///< ipc://... or tcp://...
  std::vector<std::string> shard_queries;  ///< one per shard, in order; only for questions
  std::string router_query;                ///< only to ask for what is queued
  std::size_t in_flight_max = 1000;        ///< what is added beyond it waits here
  std::size_t batch_max = 64;              ///< transactions in one message
  std::chrono::milliseconds answer_timeout{2000};
  // Keys of a door over TCP, as `florin keygen` prints them: all three, or none.
  std::string server_public_key;
  std::string public_key;
  std::string secret_key;

  /// The default doors: `directory` is `run` in the data directory.
  FLORIN_CLIENT_API static Settings of_run_dir(const std::string& directory, unsigned shards);
};

class FLORIN_CLIENT_API Client {
 public:
  using OnAnswer = std::function<void(const Answer& answer)>;

  explicit Client(const Settings& settings);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends one and waits for its outcome. Nothing where none came in time: what happened is not known, and
  /// the transaction goes on being sent while submit() or poll() run. Throws Error where it cannot be sent.
  [[nodiscard]] std::optional<Answer> submit(const Transaction& transaction,
                                             std::chrono::milliseconds timeout);

  /// Takes one; `on_answer` is called from within poll() or submit(). It may add more.
  void add(const Transaction& transaction, OnAnswer on_answer);
  /// Sends what is due and takes what has come, waiting for it no longer than `timeout`. Gives how many were
  /// answered.
  std::size_t poll(std::chrono::milliseconds timeout);
  /// Added and not answered.
  [[nodiscard]] std::size_t unanswered() const;
  [[nodiscard]] bool has_room() const;

  /// As of now; nothing where the wallet was never heard of.
  [[nodiscard]] std::optional<WalletState> wallet(const std::string& id);
  /// The outcome of an id, or `queued`; nothing where it was neither decided nor accepted.
  [[nodiscard]] std::optional<Answer> transaction(const std::string& wallet, const std::string& id);

 private:
  class Hidden;
  std::unique_ptr<Hidden> hidden_;
};

}  // namespace florin::client
