#pragma once

/// A client's session with the router: numbers its messages, sends again what was lost, and keeps the order
/// of each wallet through overload, lost messages, lost answers and a restarted router.
///
/// Sans-I/O: messages and the time go in, messages come out. The socket around it is
/// client/session_client.hpp; the simulation drives this very class.
///
///              HELLO                  WELCOME
///     greeting ────────> (awaited) ───────────> open ──── SUBMIT n, n+1, ... ────> answers
///         ^                                      │  no answer in time: HELLO again, whose WELCOME
///         │                                      │  tells what was lost and what was taken
///         │   GO_BACK(unknown_session)           │
///         └──── with a fresh nonce ──────────────┘  GO_BACK(out_of_sequence, n): the same bytes from n on
///
/// What keeps a wallet's order:
///
///   - A number stands for the same bytes for ever, so sending too much again never harms.
///   - A command that is to be sent again holds its wallet: nothing newer of it goes out until all that is
///     under way has come back; then all of it is sent again in the order added.
///   - Where that would begin with one older than the first that was refused, it goes into a new session: the
///     old one takes the refused one first.
///   - A command whose id is under way in its wallet waits for that one's answer, and what follows waits too.
///   - Numbers go on where a lost session ended, so that a late answer is never taken for another's.
///
///     Session session(settings, make_nonce, [](std::uint64_t tag, const Answer& answer) { ... });
///     session.add(1, wallet, packed);
///     while (const auto bytes = session.outgoing(now)) {
///       if (!socket_takes(*bytes)) { break; }  // the same bytes come again with the next call
///       session.sent(now);
///     }
///     ... session.on_message(received, now) ...

#include <absl/container/flat_hash_map.h>
#include <absl/container/flat_hash_set.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/strong.hpp"
#include "ledger/names.hpp"
#include "protocol/message.hpp"
#include "protocol/session_message.hpp"

namespace florin {

struct SessionSettings {
  std::size_t in_flight_commands_max = 1000;  ///< sent and not answered; the router may allow fewer
  std::size_t commands_per_message_max = 64;
  std::size_t message_bytes_max = std::size_t{1} << 20U;
  std::uint32_t hello_timeout_ms = 500;    ///< then HELLO is said again
  std::uint32_t answer_timeout_ms = 2000;  ///< then the router is asked what it took
  /// A wallet whose answers are missing, or that is overloaded, pauses before it is sent again. The pause
  /// doubles from time to time, up to these.
  std::uint32_t missing_backoff_max_ms = 30'000;
  std::uint32_t overload_backoff_max_ms = 5'000;
};

struct SessionCounters {
  std::uint64_t sent_again = 0;    ///< commands in a new message, after overload or a missing answer
  std::uint64_t gone_back = 0;     ///< messages sent again under their number
  std::uint64_t started_over = 0;  ///< sessions that were lost
};

class Session {
 public:
  /// `tag` is the caller's own number for the command. May add commands.
  using OnAnswer = std::function<void(std::uint64_t tag, const Answer& answer)>;
  /// Gives 16 bytes that no other session has ever been given.
  using MakeNonce = std::function<Id128()>;

  Session(const SessionSettings& settings, MakeNonce make_nonce, OnAnswer on_answer);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Takes a packed command for good: it is answered once with something final, if ever. Commands of one
  /// wallet are decided in the order added.
  void add(std::uint64_t tag, const WalletId& wallet, std::string packed);
  /// Whether as many as may be in flight are waiting; what is added beyond that waits in memory.
  [[nodiscard]] bool has_room() const { return unanswered_ < in_flight_commands_max(); }
  [[nodiscard]] std::size_t unanswered() const { return unanswered_; }

  /// Any message that came from the router; what is not for this session is ignored.
  void on_message(std::string_view bytes, TimeUs now);

  /// What goes out next, if anything. The view lives until the next call of a function that is not const.
  /// Without sent() the next call gives the same again.
  [[nodiscard]] std::optional<std::string_view> outgoing(TimeUs now);
  /// The socket has taken what outgoing() gave.
  void sent(TimeUs now);
  /// Until when there is nothing to do unless a message or a command comes. outgoing() is to be called then.
  [[nodiscard]] TimeUs wake_at() const;

  /// Why nothing can be sent ever: the router speaks no version of ours.
  [[nodiscard]] const std::optional<Problem>& failure() const { return failure_; }
  [[nodiscard]] bool open() const { return state_ == State::open; }
  [[nodiscard]] const Id128& nonce() const { return nonce_; }
  [[nodiscard]] const SessionCounters& counters() const { return counters_; }

 private:
  static constexpr std::size_t kNoSlot = std::numeric_limits<std::size_t>::max();
  static constexpr TimeUs kNever{std::numeric_limits<std::int64_t>::max()};

  enum class State : std::uint8_t {
    greeting,  ///< HELLO is to be said, at `hello_at_`
    open,
  };
  enum class Place : std::uint8_t { none, ready, flying, held };
  struct Lane;
  /// What waits for an earlier command of the same id, and all that was added behind it.
  struct Parked {
    std::uint64_t tag = 0;
    std::uint64_t content = 0;
    std::string packed;
  };
  struct Item {
    std::uint64_t serial = 0;  ///< in the order added; 0 for a free slot
    std::uint64_t tag = 0;
    Lane* lane = nullptr;
    std::size_t older = kNoSlot;  ///< its neighbours among the unanswered of its wallet
    std::size_t newer = kNoSlot;
    std::uint64_t content = 0;  ///< hash of its wallet and id; see `contents_`
    std::string packed;
    Place place = Place::none;
    std::uint64_t flight = 0;  ///< the message it is in, while flying
    std::uint64_t ticket = 0;  ///< its place among the ready, so that an older place of it is void
  };
  /// An item may be gone, and its slot used again, by the time a reference is followed.
  struct ItemRef {
    std::size_t slot = 0;
    std::uint64_t serial = 0;
  };
  /// The unanswered commands of one wallet.
  struct Lane {
    WalletId wallet;
    std::uint64_t serial = 0;
    std::size_t oldest = kNoSlot;
    std::size_t newest = kNoSlot;
    std::size_t flying = 0;
    bool held = false;
    TimeUs release_at;
    std::uint32_t setbacks = 0;  ///< how often in a row it was held
    std::uint64_t refused = 0;   ///< the oldest that was overloaded since it was last released: its serial
    std::list<Parked> parked;    ///< most lanes have none, and an empty list costs nothing
  };
  struct Flight {
    bool sent = false;
    TimeUs sent_at;
    std::string bytes;  ///< dropped once the router is known to have taken it
    std::vector<ItemRef> items;
    std::size_t open = 0;  ///< how many of them are neither answered nor given up
  };
  struct Ready {
    ItemRef item;
    std::uint64_t ticket = 0;
  };
  using LaneTimer = std::pair<TimeUs, std::uint64_t>;

  [[nodiscard]] std::size_t in_flight_commands_max() const;
  [[nodiscard]] Item* find(const ItemRef& ref);
  [[nodiscard]] Flight* flight(std::uint64_t number);

  void on_welcome(const Welcome& welcome, TimeUs now);
  void on_go_back(const GoBack& go_back, TimeUs now);
  void on_answer(const AddressedAnswer& answer, TimeUs now);
  void on_answer_of(std::uint64_t number, const ItemRef& ref, const Answer& answer, TimeUs now);
  void start_over(TimeUs now);
  void greet(TimeUs now);
  void go_back_to(std::uint64_t number);
  void taken_below(std::uint64_t number);
  [[nodiscard]] std::uint64_t next_number() const;

  void look_for_missing_answers(TimeUs now);
  [[nodiscard]] TimeUs answer_missing_at() const;
  void send_again_overdue(TimeUs now);
  void give_up_waiting(Item& item, TimeUs now);
  void build_message();

  [[nodiscard]] Lane& lane_of(const WalletId& wallet);
  void take(Lane& lane, Parked command);
  void take_parked(Lane& lane);
  void make_ready(std::size_t slot);
  void land(Item& item);
  void hold(Lane& lane, TimeUs release_at);
  void link(Lane& lane, std::size_t slot);
  void unlink(const Item& item);
  void schedule_release(Lane& lane);
  void release_due(TimeUs now);
  [[nodiscard]] std::uint64_t jitter_ms(std::uint64_t pause_ms);
  void finish(const ItemRef& ref, const Answer& answer);
  void drop_answered_flights();

  const SessionSettings settings_;
  const MakeNonce make_nonce_;
  const OnAnswer on_answer_;
  Id128 nonce_;
  State state_ = State::greeting;
  std::optional<Problem> failure_;
  std::optional<Incarnation> incarnation_;
  std::optional<Welcome> welcome_;  ///< the last, for its limits
  TimeUs hello_at_;
  std::uint32_t hellos_ = 0;  ///< said and not answered
  std::string hello_;

  std::vector<Item> items_;
  std::vector<std::size_t> free_slots_;
  std::uint64_t next_serial_ = 1;
  std::size_t unanswered_ = 0;
  std::size_t flying_ = 0;
  /// A session that is lost again before what it took over was answered goes on with half as many under way,
  /// and one more with each answer: a router forgets a session that has more wallets held than it can note,
  /// and the same at once would end the same way.
  std::size_t taken_over_ = 0;  ///< not answered yet, of what the session took over from a lost one
  std::size_t flying_max_ = std::numeric_limits<std::size_t>::max();

  /// Wallet and id of each unanswered command that is not parked, as a hash: two that meet by accident only
  /// wait for each other. The router knows what it refused by the id, so none may be under way twice.
  absl::flat_hash_set<std::uint64_t> contents_;
  absl::flat_hash_map<WalletId, std::unique_ptr<Lane>> lanes_;
  std::uint64_t next_lane_ = 1;
  std::map<LaneTimer, Lane*> releases_;  ///< held lanes of which nothing is under way

  std::deque<Ready> ready_;
  std::uint64_t next_ticket_ = 1;

  std::deque<Flight> flights_;      ///< numbered from `first_flight_`
  std::uint64_t first_flight_ = 1;  ///< number of the front of `flights_`
  std::uint64_t first_number_ = 1;  ///< of this session
  std::uint64_t next_to_send_ = 1;  ///< number of what goes out next, once it is built
  std::uint64_t taken_below_ = 1;   ///< what the router is known to have taken
  std::uint64_t jitter_ = 0;
  std::vector<std::string_view> packed_;  ///< of the message that is being built
  SessionCounters counters_;
};

}  // namespace florin
