#pragma once

/// Sends commands until each has its outcome: what is not answered in time, or refused for capacity, is sent
/// again with the same id. That is safe, because an id is decided once.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/strong.hpp"
#include "client/submit_client.hpp"

namespace florin {

struct SenderSettings {
  std::size_t in_flight_max = 1000;  ///< commands
  std::size_t commands_per_message = 1;
  std::uint32_t answer_timeout_ms = 2000;  ///< then it is sent again
};

class PersistentSender {
 public:
  /// `tag` is the caller's own number for the command.
  using OnAnswer = std::function<void(std::uint64_t tag, const Answer& answer)>;

  PersistentSender(zmq::context_t& context, const std::string& endpoint, const SenderSettings& settings,
                   OnAnswer on_answer);

  /// Takes a packed command; it goes out with the next round.
  void add(std::uint64_t tag, std::string packed);
  /// Whether another one may be added now.
  [[nodiscard]] bool has_room() const { return pending() < settings_.in_flight_max; }
  [[nodiscard]] std::size_t pending() const { return queue_.size() + in_flight_count_; }
  [[nodiscard]] std::uint64_t resent() const { return resent_; }

  /// Sends what is queued, takes answers, and queues again what got none. Waits for an answer no longer than
  /// `timeout_ms`.
  void round(TimeUs now, int timeout_ms);

 private:
  struct Item {
    std::uint64_t tag;
    std::string packed;
    TimeUs not_before;
  };
  struct Message {
    TimeUs sent_at;
    std::vector<Item> items;  ///< answered ones have an empty `packed`
    std::size_t open = 0;
  };

  void send_queued(TimeUs now);
  void take(const AddressedAnswer& answer, TimeUs now);
  void queue_unanswered(TimeUs now);

  const SenderSettings settings_;
  OnAnswer on_answer_;
  SubmitClient client_;
  std::deque<Item> queue_;
  std::map<std::uint64_t, Message> messages_;
  std::size_t in_flight_count_ = 0;
  std::uint64_t resent_ = 0;
};

}  // namespace florin
