// A client in one of its lives, and one that has read no documentation.

#include "client/session.hpp"
#include "tests/simulation/client_book.hpp"
#include "tests/simulation/describe.hpp"
#include "tests/simulation/processes.hpp"
#include "tests/simulation/sender.hpp"
#include "tests/simulation/world.hpp"

namespace florin::sim {

namespace {

constexpr std::int64_t kBurstMinUs = 2'000;
constexpr std::int64_t kBurstMaxUs = 1'000'000;
constexpr std::int64_t kTickUs = 20'000;

class ClientActor : public Actor {
 public:
  ClientActor(World& world, Process& process, ClientBook& book)
      : Actor(process, process.name()),
        world_(world),
        book_(book),
        lane_(fmt::format("{}, life {}", process.name(), process.life())),
        socket_(world.network, *this, "front", {world.plan.client_high_water_mark, true}) {
    const auto on_answer = [this](std::uint64_t tag, const Answer& answer) { told(tag, answer); };
    if (book.uses_session()) {
      session_.emplace(
          world.plan.session, [this] { return nonce(); }, on_answer);
    } else {
      sender_.emplace(std::min(world.plan.router.commands_per_message_max,
                               world.plan.router.client_in_flight_commands_max),
                      on_answer);
    }
    for (std::size_t place = 0; place < book.size(); ++place) {
      if (!book.at(place).answered) {
        later_.push_back(place);
      }
    }
    wake_after(1);
  }

 protected:
  void round() override {
    const TimeUs now = process().scheduler().now();
    while (const auto message = socket_.receive()) {
      if (process().trace().on()) {
        process().trace().say(name(), "gets {}", describe(message->bytes));
      }
      session_ ? session_->on_message(message->bytes, now) : sender_->on_message(message->bytes, now);
    }
    if (now >= burst_due_) {
      burst_due_ = now.plus(process().random().scaled(kBurstMinUs, kBurstMaxUs));
      burst();
    }
    submit_what_may_be();
    send(now);
    wake_after(kTickUs);
  }

 private:
  void burst() {
    for (std::int64_t left = process().random().scaled(1, 24); left > 0; --left) {
      if (const auto place = book_.next()) {
        later_.push_back(*place);
      }
    }
  }

  /// docs/PROTOCOL.md: an id that has no answer yet is not sent a second time in the same session.
  void submit_what_may_be() {
    std::deque<std::size_t> not_yet;
    for (const std::size_t place : later_) {
      const Wanted& wanted = book_.at(place);
      if (!wanted.command || open_ids_.emplace(wanted.wallet, wanted.command->id).second) {
        submit(place);
      } else {
        not_yet.push_back(place);
      }
    }
    later_ = std::move(not_yet);
  }

  void submit(std::size_t place) {
    Wanted& wanted = book_.at(place);
    const SubmissionId id = world_.next_submission++;
    places_[id] = place;
    world_.judge.submitted(id, {lane_, wanted.command, wanted.wallet, wanted.refused_with, wanted.is_async});
    process().trace().say(name(), "wants submission {}: {} {} in wallet {}", id,
                          wanted.command ? florin::name(wanted.command->kind) : "malformed",
                          wanted.command ? wanted.command->id.view() : "", wanted.wallet);
    std::string packed =
        wanted.command ? pack(*wanted.command, wanted.is_async, id) : wanted.packed_malformed;
    session_ ? session_->add(id, WalletId(wanted.wallet), std::move(packed))
             : sender_->add(id, wanted.wallet, std::move(packed));
  }

  Id128 nonce() {
    Id128 nonce;
    for (unsigned char& byte : nonce.bytes) {
      byte = static_cast<unsigned char>(process().random().below(256));
    }
    return nonce;
  }

  /// The clock of a client only measures; it is one that nobody sets (client/session_client).
  void send(TimeUs now) {
    while (sender_) {
      const auto bytes = sender_->outgoing(now);
      if (!bytes) {
        return;
      }
      then([this, bytes = *bytes] { send(bytes); });
    }
    while (const auto bytes = session_->outgoing(now)) {
      if (!send(std::string(*bytes))) {
        return;
      }
      session_->sent(now);
    }
  }

  bool send(const std::string& bytes) {
    process().effect();
    if (process().trace().on()) {
      process().trace().say(name(), "sends {}", describe(bytes));
    }
    return socket_.send(bytes) == Sent::sent;
  }

  void told(SubmissionId id, const Answer& answer) {
    process().trace().say(name(), "is told of submission {}: {} {}{}", id, florin::name(answer.resolution),
                          static_cast<int>(answer.code), answer.duplicate ? ", a duplicate" : "");
    world_.judge.answered(id, answer);
    Wanted& wanted = book_.at(places_.at(id));
    wanted.answered = true;
    if (wanted.command) {
      open_ids_.erase({wanted.wallet, wanted.command->id});
    }
    wake_after(1);
  }

  World& world_;
  ClientBook& book_;
  const std::string lane_;
  std::optional<Session> session_;
  std::optional<Sender> sender_;  ///< one of the two
  Plug socket_;
  std::map<SubmissionId, std::size_t> places_;
  std::deque<std::size_t> later_;  ///< thought of and not handed on
  std::set<std::pair<std::string, TransactionId>> open_ids_;
  TimeUs burst_due_;
};

class ClientParts : public Parts {
 public:
  ClientParts(World& world, Process& process, ClientBook& book) : actor_(world, process, book) {}

 private:
  ClientActor actor_;
};

class VandalActor : public Actor {
 public:
  VandalActor(World& world, Process& process)
      : Actor(process, process.name()), world_(world), socket_(world.network, *this, "front", {16, false}) {
    wake_after(1);
  }

 protected:
  void round() override {
    if (world_.healed || world_.plan.nonsense_every_us == 0) {
      return;
    }
    Random& random = process().random();
    std::string bytes(random.below(world_.plan.router.message_bytes_max + 200), '\0');
    for (char& byte : bytes) {
      byte = static_cast<char>(random.below(256));
    }
    if (random.chance(500) && bytes.size() > 3) {
      bytes[0] = '\x96';  // opens like a SUBMIT, or like something between Florin's own parts
      bytes[1] = '\x01';
      bytes[2] = random.chance(500) ? '\x02' : '\x22';
    }
    const bool single_frame = random.chance(800);
    then([this, bytes, single_frame] { static_cast<void>(socket_.send({{}, bytes, single_frame})); });
    wake_after(random.scaled(1000, world_.plan.nonsense_every_us * 2));
  }

 private:
  World& world_;
  Plug socket_;  // never read
};

class VandalParts : public Parts {
 public:
  VandalParts(World& world, Process& process) : actor_(world, process) {}

 private:
  VandalActor actor_;
};

}  // namespace

std::unique_ptr<Parts> make_client(World& world, Process& process, ClientBook& book) {
  return std::make_unique<ClientParts>(world, process, book);
}

std::unique_ptr<Parts> make_vandal(World& world, Process& process) {
  return std::make_unique<VandalParts>(world, process);
}

}  // namespace florin::sim
