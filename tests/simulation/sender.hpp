#pragma once

/// The client that docs/PROTOCOL.md says needs no session: it sends one command of a wallet at a time and
/// waits for its answer. Different wallets do not wait for each other.

#include <deque>
#include <functional>
#include <map>
#include <string>

#include "protocol/message.hpp"

namespace florin::sim {

class Sender {
 public:
  using OnAnswer = std::function<void(std::uint64_t tag, const Answer& answer)>;

  Sender(std::size_t commands_max, OnAnswer on_answer)
      : commands_max_(commands_max), on_answer_(std::move(on_answer)) {}

  void add(std::uint64_t tag, const std::string& wallet, std::string packed) {
    lanes_[wallet].waiting.push_back({tag, std::move(packed)});
  }

  [[nodiscard]] std::optional<std::string> outgoing(TimeUs now) {
    std::vector<std::string> packed;
    Message message;
    for (auto& [wallet, lane] : lanes_) {
      if (packed.size() < commands_max_ && !lane.waiting.empty() &&
          (now >= lane.next_at || now < lane.since)) {
        packed.push_back(lane.waiting.front().packed);
        message.lanes.push_back(&lane);
        lane.number = next_number_;
        lane.since = now;
        lane.next_at = now.plus(kTimeoutUs);
      }
    }
    if (packed.empty()) {
      return std::nullopt;
    }
    messages_[next_number_] = std::move(message);
    return encode_submit_packed(next_number_++, packed);
  }

  void on_message(std::string_view bytes, TimeUs now) {
    const auto answers = decode_answers(bytes);
    for (std::size_t i = 0; answers && i < answers->size(); ++i) {
      take((*answers)[i], now);
    }
  }

 private:
  static constexpr std::int64_t kTimeoutUs = 400'000;

  struct Item {
    std::uint64_t tag = 0;
    std::string packed;
  };
  struct Lane {
    std::deque<Item> waiting;
    std::uint64_t number = 0;  ///< of the message that the first is in
    TimeUs since;
    TimeUs next_at;
  };
  struct Message {
    std::vector<Lane*> lanes;
  };

  void take(const AddressedAnswer& answer, TimeUs now) {
    const auto found = answer.number ? messages_.find(*answer.number) : messages_.end();
    if (found == messages_.end() || !answer.index || *answer.index >= found->second.lanes.size()) {
      return;
    }
    Lane& lane = *found->second.lanes[*answer.index];
    if (lane.number != *answer.number || lane.waiting.empty()) {
      return;
    }
    if (info(answer.answer.code).retry != Retry::never) {
      lane.number = 0;
      lane.since = now;
      lane.next_at = now.plus(std::int64_t{answer.answer.retry_after_ms} * 1000);
      return;
    }
    const std::uint64_t tag = lane.waiting.front().tag;
    lane.waiting.pop_front();
    lane.number = 0;
    lane.next_at = TimeUs();
    on_answer_(tag, answer.answer);
  }

  const std::size_t commands_max_;
  const OnAnswer on_answer_;
  std::map<std::string, Lane> lanes_;
  std::map<std::uint64_t, Message> messages_;
  std::uint64_t next_number_ = 1;
};

}  // namespace florin::sim
