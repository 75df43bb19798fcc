#include "client/persistent_sender.hpp"

#include <algorithm>

namespace florin {

PersistentSender::PersistentSender(zmq::context_t& context, const std::string& endpoint,
                                   const SenderSettings& settings, OnAnswer on_answer)
    : settings_(settings), on_answer_(std::move(on_answer)), client_(context, endpoint) {}

void PersistentSender::add(std::uint64_t tag, std::string packed) {
  queue_.push_back({tag, std::move(packed), TimeUs()});
}

void PersistentSender::round(TimeUs now, int timeout_ms) {
  send_queued(now);
  for (const AddressedAnswer& answer : client_.receive_answers(timeout_ms)) {
    take(answer, now);
  }
  queue_unanswered(now);
}

void PersistentSender::send_queued(TimeUs now) {
  while (!queue_.empty() && queue_.front().not_before <= now) {
    Message message{now, {}, 0};
    std::vector<std::string> packed;
    while (!queue_.empty() && queue_.front().not_before <= now &&
           packed.size() < settings_.commands_per_message) {
      packed.push_back(queue_.front().packed);
      message.items.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    message.open = message.items.size();
    const std::uint64_t number = client_.submit_packed(packed);
    if (number == 0) {  // the socket takes no more for now
      for (auto item = message.items.rbegin(); item != message.items.rend(); ++item) {
        queue_.push_front(std::move(*item));
      }
      return;
    }
    in_flight_count_ += message.open;
    messages_.emplace(number, std::move(message));
  }
}

void PersistentSender::take(const AddressedAnswer& answer, TimeUs now) {
  const auto found = answer.number ? messages_.find(*answer.number) : messages_.end();
  if (found == messages_.end()) {
    return;  // of a message that was given up and sent again
  }
  Message& message = found->second;
  for (std::size_t i = 0; i < message.items.size(); ++i) {
    Item& item = message.items[i];
    if ((answer.index && *answer.index != i) || item.packed.empty()) {
      continue;
    }
    const bool again = info(answer.answer.code).retry != Retry::never;
    if (again) {
      const TimeUs not_before = now.plus(std::int64_t{answer.answer.retry_after_ms} * 1000);
      queue_.push_back({item.tag, item.packed, not_before});
      ++resent_;
    } else {
      on_answer_(item.tag, answer.answer);
    }
    item.packed.clear();
    --message.open;
    --in_flight_count_;
  }
  if (message.open == 0) {
    messages_.erase(found);
  }
}

void PersistentSender::queue_unanswered(TimeUs now) {
  const TimeUs overdue = now.plus(-std::int64_t{settings_.answer_timeout_ms} * 1000);
  while (!messages_.empty() && messages_.begin()->second.sent_at <= overdue) {
    for (Item& item : messages_.begin()->second.items) {
      if (!item.packed.empty()) {
        queue_.push_back({item.tag, std::move(item.packed), TimeUs()});
        ++resent_;
        --in_flight_count_;
      }
    }
    messages_.erase(messages_.begin());
  }
}

}  // namespace florin
